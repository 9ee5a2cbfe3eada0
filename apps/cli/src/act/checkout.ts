import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { withoutNewKeys } from "./without-new-keys.ts";

/**
 * A clone at `commit`, whose remote names the repository as on GitHub: act reads the workflows from it. What jobs work with they check out
 * themselves.
 */
export async function checkOut(origin: string, commit: string, folder: string, repository: string): Promise<string> {
  const git = (...args: string[]) =>
    execa("git", args, { env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" } });
  await git("clone", "--quiet", "--shared", "--no-checkout", origin, folder);
  await git("-C", folder, "sparse-checkout", "set", "--cone", ".github");
  await git("-C", folder, "checkout", "--quiet", "--detach", commit);
  await git("-C", folder, "remote", "set-url", "origin", `https://github.com/${repository}.git`);
  const workflows = join(folder, ".github/workflows");
  for (const file of readdirSync(workflows)) {
    const path = join(workflows, file);
    writeFileSync(path, withoutNewKeys(readFileSync(path, "utf8")));
  }
  return folder;
}
