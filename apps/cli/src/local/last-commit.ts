import { execa } from "execa";

/** The last commit that touched `folder`, so that a commit elsewhere makes no new image; with a mark when it was edited since. */
export async function lastCommit(root: string, folder: string): Promise<string> {
  const git = (...args: string[]) => execa("git", args, { cwd: root, reject: false, stdin: "ignore" });
  const log = await git("log", "-1", "--format=%H", "--", folder);
  const commit = log.exitCode === 0 ? log.stdout?.trim() : "";
  if (!commit) return "unknown";
  const status = await git("status", "--porcelain", "--", folder);
  return status.stdout?.trim() ? `${commit}-edited` : commit;
}
