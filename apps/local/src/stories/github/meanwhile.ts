import { partReporter } from "../../report/part-reporter.ts";
import type { Step } from "../../report/reporter.ts";
import { badCommit } from "./bad-commit.ts";
import { dependabot } from "./dependabot.ts";
import { drift } from "./drift.ts";
import type { GithubStory } from "./github-story.ts";
import { inFlight } from "./in-flight.ts";
import { rollbacks } from "./rollbacks.ts";

/** What would not wait for each other on GitHub does not do so here: deployments and rollbacks; what compares or only tells. */
export async function meanwhile(story: GithubStory): Promise<void> {
  const within = (part: Step): GithubStory => ({ ...story, reporter: partReporter(story.reporter, part) });
  await story.reporter.together("Rollbacks and drift", [
    {
      title: "Versions of staging",
      work: async (part) => {
        const scene = within(part);
        await rollbacks(scene);
        await badCommit(scene);
        await inFlight(scene);
        part.result("back and forth by hand, back after a failed check, and out of a deployment");
      },
    },
    {
      title: "Drift and Dependabot",
      work: async (part) => {
        const scene = within(part);
        await drift(scene);
        await dependabot(scene);
        part.result("an issue opened and closed; Dependabot's pull request told why it has no plan");
      },
    },
  ]);
}
