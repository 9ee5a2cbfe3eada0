import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { filesBelow, root, workspaceFolders } from "./source-files.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const withoutBlocks = (text: string) => text.replace(/^ *(```|~~~)[\s\S]*?^ *\1.*$/gm, "");

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsIn(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutBlocks(text).matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading = ""]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

/** Targets of a page's links within the repository. */
function linksIn(text: string): readonly string[] {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, "");
  const found = prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)|^\[[^\]]+\]: +(\S+)/gm);
  return [...found]
    .map(([, inline, reference]) => inline ?? reference ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What is wrong with a link from a page; undefined where nothing is. */
function problem(page: string, target: string): string | undefined {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, file))) return `${page}: link (${target}) must name a file that exists`;
  if (anchor === undefined || !file.endsWith(".md") || anchorsIn(read(file)).has(anchor)) return undefined;
  return `${page}: link (${target}) must name a heading of ${file}`;
}

test("anchors are made by GitHub's rule", () => {
  const text =
    "# One `two`\n## 065 What, *why* (and how)?\n```\n# no heading\n```\n## 2 % of [it](x.md)\n# One two\n### Größe\n";
  expect([...anchorsIn(text)]).toEqual(["one-two", "065-what-why-and-how", "2--of-it", "one-two-1", "größe"]);
});

test("links are found with their anchors, but not in code and not on other sites", () => {
  const text = '[a](x.md#b) `[c](d)` [`e`](f/ "title")\n```sh\n[g](h)\n```\n[i](https://example.com)\n[j]: ../k.md\n';
  expect(linksIn(text)).toEqual(["x.md#b", "f/", "../k.md"]);
});

test("every link within the repository names a file or a heading that exists", () => {
  const pages = [
    ...["README.md", "CHANGELOG.md"].filter((path) => existsSync(join(root, path))),
    ...filesBelow("docs", /\.md$/),
    ...workspaceFolders().flatMap((folder) => filesBelow(folder, /^README\.md$/)),
  ];
  const links = pages.flatMap((page) => linksIn(read(page)).map((target) => [page, target] as const));
  expect(links.length).toBeGreaterThan(40);
  expect(links.flatMap(([page, target]) => problem(page, target) ?? [])).toEqual([]);
});
