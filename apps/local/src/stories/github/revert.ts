import { Failure } from "../../failure.ts";
import { appChanges } from "./app-changes.ts";
import type { GithubStory } from "./github-story.ts";
import { merge, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** The mistake is taken back; the reviewer says no to production for now, so the two environments differ. */
export async function revert(story: GithubStory): Promise<void> {
  await story.reporter.step("Revert", async (step) => {
    const before = await runningDigest(story, "production");
    const pull = await propose(story, {
      branch: "version-again",
      title: "Say the version as before",
      change: appChanges.workingVersion,
    });
    const { event, changed } = await merge(story, pull);
    const run = await runInStep(story, step, {
      file: "apply.yml",
      event,
      changed,
      ends: "failure",
      summaries: false,
      review: () => Promise.reject(new Error("octocat rejected production")),
    });
    const [staging, production] = [await runningDigest(story, "staging"), await runningDigest(story, "production")];
    if (production !== before || staging === before)
      throw new Failure("staging must get the new version, and production must keep its own after a no.", run.logPath);
    step.result(`${shortDigest(staging)} in staging; production keeps ${shortDigest(production)} after a no`);
  });
}
