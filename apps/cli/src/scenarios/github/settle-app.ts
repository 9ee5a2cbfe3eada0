import { execa } from "execa";
import type { StoryRepository } from "../repository.ts";

/**
 * A story that was stopped may have left a broken app on main: it is brought to what is on disk, by a push that no pull request brought.
 * Tells whether there was something to do.
 */
export async function settleApp({ folder, checkout }: StoryRepository): Promise<boolean> {
  const git = (...args: string[]) =>
    execa("git", ["-C", folder, "-c", "user.name=Slipway", "-c", "user.email=slipway@example.com", ...args]);
  await checkout("main");
  await git("checkout", "refs/story/source", "--", "apps/web");
  const { exitCode } = await execa("git", ["-C", folder, "diff", "--cached", "--quiet"], { reject: false });
  if (exitCode === 0) return false;
  await git("commit", "--quiet", "--no-verify", "--message", "The app as it is on disk");
  return true;
}
