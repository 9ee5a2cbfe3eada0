import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./source-files.ts";

interface Entry {
  readonly version?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

const packagesOf = (path: string): Readonly<Record<string, Entry>> =>
  JSON.parse(readFileSync(join(root, path), "utf8")).packages;

test("npm ci installs all that package-lock.json names: else every command would install again, beneath one that runs", () => {
  const present = packagesOf("node_modules/.package-lock.json");
  const missing = Object.entries(packagesOf("package-lock.json"))
    .filter(
      ([path, { link, optional, devOptional }]) => path.includes("node_modules/") && !link && !optional && !devOptional,
    )
    .filter(([path, { version }]) => present[path]?.version !== version)
    .map(([path]) => `${path} must be installed; run \`npm install\` and commit package-lock.json`);
  expect(missing).toEqual([]);
});
