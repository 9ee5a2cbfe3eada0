import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = ["docs/to-a-real-account.md", "docs/workflows.md"];

const commands = pages.flatMap((page) =>
  [...read(page).matchAll(/```(?:sh)?\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n")),
);
const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;

test("every npm command there is one of package.json", () => {
  const named = commands.flatMap((line) => /npm run ([\w:-]+)/.exec(line)?.[1] ?? []);
  expect(new Set(named)).toEqual(new Set(["test:unit", "synth", "bootstrap", "secret", "doctor"]));
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test("every workflow that is started there has the inputs that are given, and those it must have", () => {
  const started = commands.filter((line) => line.startsWith("gh workflow run"));
  expect(started.length).toBeGreaterThan(5);
  for (const line of started) {
    const workflow = read(`.github/workflows/${/run (\S+)/.exec(line)?.[1]}`);
    const declared = [...workflow.matchAll(/^ {6}([\w-]+):\n((?: {8}.+\n)+)/gm)].map(([, name = "", body = ""]) => ({
      name,
      required: body.includes("required: true") && !body.includes("default:"),
    }));
    const given = [...line.matchAll(/-f ([\w-]+)=/g)].map(([, name = ""]) => name);
    expect([line, given.filter((name) => !declared.some((each) => each.name === name))]).toEqual([line, []]);
    const missing = declared.filter(({ name, required }) => required && !given.includes(name));
    expect([line, missing]).toEqual([line, []]);
  }
});

test("every file named there exists", () => {
  const paths = pages.flatMap((page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, path = ""]) => `docs/${path}`);
    return [
      ...links,
      ...[...text.matchAll(/(?:--input |`)((?:docs|apps|\.github)\/[\w./-]+)/g)].map(([, path = ""]) => path),
    ];
  });
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the environments made there are those that doctor looks for", () => {
  const made = /for name in (.+); do/.exec(commands.join("\n"))?.[1]?.split(" ");
  const keys = Object.keys(JSON.parse(read(".github/environments.json")));
  expect(made).toEqual(["plan", ...keys, "production-approval"]);
});
