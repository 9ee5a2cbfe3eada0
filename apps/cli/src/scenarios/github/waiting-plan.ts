import type { GithubStory, StoryEnvironment } from "./context.ts";

/** The plan that waits for a yes, read where a person reads it: in the open issue of the environment. */
export function waitingPlan(
  { github }: GithubStory,
  environment: StoryEnvironment,
): { id: string; issue: number } | undefined {
  for (const { number, state, body, isPull } of github.state.issues.values()) {
    if (isPull || state !== "open") continue;
    const id = new RegExp(`-f environment=${environment} -f plan=([0-9a-f]{64})`).exec(body)?.[1];
    if (id !== undefined) return { id, issue: number };
  }
  return undefined;
}
