import { changes } from "../changes.ts";
import type { GithubStory } from "./context.ts";
import { propose } from "./pulls.ts";
import { toldInstead } from "./told-instead.ts";

/** A pull request that gets no credentials though it is of the repository itself. */
export async function dependabot(story: GithubStory): Promise<void> {
  await story.reporter.step("Dependabot's pull request", async (step) => {
    const pull = await propose(story, {
      branch: "dependabot/pip/django",
      title: "Bump django",
      change: changes.readme,
      author: "dependabot[bot]",
    });
    step.result(await toldInstead(story, step, pull));
  });
}
