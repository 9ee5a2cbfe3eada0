import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, imported, importsOf, isTestFile, root, workspaceFolders } from "./source-files.ts";

/** Files of fewer lines than this are too small for a topic of their own, when one other file alone imports them. */
const smallest = 25;

/** Small files that stay all the same, each with its reason; ten at most. */
const exceptions: Readonly<Record<string, string>> = {};

const folders = workspaceFolders().filter((folder) => folder !== "tools/checks");
const all = folders.flatMap((folder) => filesBelow(folder, /\.ts$/));
const code = all.filter((path) => !path.endsWith(".test.ts"));
const text = (path: string) => readFileSync(join(root, path), "utf8");

/** Every file to the other files, tests aside, that import it. */
const importers = new Map<string, string[]>();
for (const path of code) {
  for (const specifier of importsOf(path).filter((name) => name.startsWith("."))) {
    const target = imported(path, specifier);
    importers.set(target, [...(importers.get(target) ?? []), path]);
  }
}

const isSmall = (path: string) => text(path).trimEnd().split("\n").length < smallest;
const isEntry = (path: string) => /(^|\/)(main|index)\.ts$|\.d\.ts$/.test(path);
const isConstruct = (path: string) => /^export class \w+ extends \w+/m.test(text(path));

test("a small file that one other file imports belongs into that file", () => {
  const found = code
    .filter(
      (path) => isSmall(path) && !isEntry(path) && !isConstruct(path) && !(path in exceptions) && !isTestFile(path),
    )
    .flatMap((path) => {
      const [only, ...others] = new Set(importers.get(path));
      // What an index names is a package's to give; others import it by the package's name.
      if (only === undefined || others.length > 0 || only.endsWith("/index.ts")) return [];
      return [`${path} must have ${smallest} lines or two importers; move it into ${only}, which alone imports it`];
    });
  expect(found).toEqual([]);
});

test("exceptions are at most ten, exist and are small", () => {
  const paths = Object.keys(exceptions);
  expect(paths.length).toBeLessThanOrEqual(10);
  expect(paths.filter((path) => !code.includes(path) || !isSmall(path))).toEqual([]);
});
