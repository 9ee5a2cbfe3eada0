import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

const ending = ".e2e.test.ts";

/** Every test that needs Terraform, the local AWS or Docker, as sorted paths below `root`. */
export function e2eFiles(root: string): readonly string[] {
  return ["packages", "apps", ".github/actions"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}

/** A unique short name for each path, not in `taken`: the file's name, with its folders where names collide. */
export function nameFiles(paths: readonly string[], taken: readonly string[]): readonly string[] {
  const all = paths.map(possibleNames);
  const uses = (name: string) => [taken, ...all].filter((names) => names.includes(name)).length;
  return all.map((names) => names.find((name) => uses(name) === 1) ?? names.at(-1) ?? "");
}

/** The shortest first. `src` says nothing, and neither does `main`: that is its folder's. */
function possibleNames(path: string): readonly string[] {
  const words = path
    .replace(ending, "")
    .split("/")
    .map((word) => word.replace(/[^a-z0-9]+/gi, "-").replace(/^-/, ""))
    .filter((word) => word !== "src" && word !== "main");
  return words.map((_, index) => words.slice(-1 - index).join("-"));
}
