import { Failure } from "@slipway/core";
import type { CommandContext } from "../command-context.ts";

type Story = (context: CommandContext) => Promise<void>;

/** Ways for a change to reach AWS, by the name that `--via` takes; loaded when asked for. */
const ways: Readonly<Record<string, () => Promise<Story>>> = {
  "pull-request": async () => (await import("../scenarios/pull-request/pull-request.ts")).pullRequestStory,
  github: async () => (await import("../scenarios/github/github.ts")).tellGithubStory,
};

/** `npm start -- --via <way>`: shows how a change gets from a pull request to AWS. */
export async function startVia(context: CommandContext, way: string): Promise<void> {
  const load = ways[way];
  if (load === undefined) {
    throw new Failure(`--via (${way}) must be ${Object.keys(ways).join(" or ")}`, "leave it out to deliver the app");
  }
  const story = await load();
  await story(context);
}
