import { execa } from "execa";

/** Paths in which two commits differ. */
export async function changedPaths(folder: string, from: string, to: string): Promise<readonly string[]> {
  const { stdout } = await execa("git", ["-C", folder, "diff", "--name-only", from, to]);
  return stdout.split("\n").filter((path) => path !== "");
}
