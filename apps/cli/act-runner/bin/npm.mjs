import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

// `npm ci` of a job takes the packages that are installed where this file is from, if they are those of its lock file. All else is npm's.
const root = process.env.LOCAL_RUNNER_ROOT;
const lockOf = (folder) => readFileSync(join(folder, "package-lock.json"), "utf8");

/** Links every package; links to the repository's own packages are made anew, so that they lead to the job's own sources. */
function link(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(path), join(to, entry.name));
    else if (entry.name === "@slipway") link(path, join(to, entry.name));
    else symlinkSync(path, join(to, entry.name));
  }
}

const args = process.argv.slice(2);
if (args[0] === "ci" && existsSync("package-lock.json") && lockOf(".") === lockOf(root)) {
  const workspaces = Object.keys(JSON.parse(lockOf(".")).packages).filter((path) => !path.includes("node_modules"));
  for (const workspace of workspaces) {
    const installed = join(root, workspace, "node_modules");
    if (existsSync(installed)) link(installed, join(workspace, "node_modules"));
  }
  console.log(`linked the packages that are installed in ${root}`);
} else {
  const path = process.env.PATH.split(delimiter).filter((folder) => folder !== import.meta.dirname);
  const { status } = spawnSync("npm", args, {
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  process.exitCode = status ?? 1;
}
