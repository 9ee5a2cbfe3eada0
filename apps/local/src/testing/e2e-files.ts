import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Every test that needs the engine, the local AWS or docker, as paths below `root`, sorted. */
export function e2eFiles(root: string): readonly string[] {
  return ["packages", "apps", ".github/actions"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".e2e.test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}
