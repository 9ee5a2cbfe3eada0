import { execa } from "execa";

/** A clone at `commit`, whose remote names the repository as on GitHub: workflows and actions are read from it. */
export async function checkOut(origin: string, commit: string, folder: string, repository: string): Promise<string> {
  const git = (...args: string[]) =>
    execa("git", args, { env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" } });
  await git("clone", "--quiet", "--shared", "--no-checkout", origin, folder);
  await git("-C", folder, "checkout", "--quiet", "--detach", commit);
  await git("-C", folder, "remote", "set-url", "origin", `https://github.com/${repository}.git`);
  return folder;
}
