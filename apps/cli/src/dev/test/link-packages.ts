import { appendFileSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** For tests: gives a clone of this repository the packages that are installed in `root`; the workspaces are its own. */
export function linkPackages(root: string, clone: string): void {
  // A .gitignore rule for folders does not ignore symbolic links.
  appendFileSync(join(clone, ".git/info/exclude"), "node_modules\n");
  const [from, to] = [root, clone].map((folder) => join(folder, "node_modules")) as [string, string];
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, "@slipway"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== "@slipway") symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, "@slipway"))) {
    const workspace = readlinkSync(join(from, "@slipway", name));
    symlinkSync(workspace, join(to, "@slipway", name));
    // Packages that npm installed in the workspace's own node_modules.
    const beside = join(from, "@slipway", name, "node_modules");
    if (existsSync(beside)) symlinkSync(beside, join(to, "@slipway", workspace, "node_modules"));
  }
}
