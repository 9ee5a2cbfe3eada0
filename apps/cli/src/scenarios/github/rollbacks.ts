import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { awsReads } from "../../local/aws-reads.ts";
import type { GithubStory } from "./context.ts";
import { dispatchRollback } from "./dispatch-rollback.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** By hand, to the version before, shown first and then done; and back by number. */
export async function rollbacks(story: GithubStory): Promise<void> {
  const { reporter } = story;
  const newest = await reporter.step("Rollback to the previous version", async (step) => {
    const before = { digest: await runningDigest(story, "staging"), revision: await revision(story) };
    await dispatchRollback(story, step, { target: "previous-successful", reason: "drill", "dry-run": "true" });
    if ((await runningDigest(story, "staging")) !== before.digest) throw new Failure("a dry run must change nothing.");
    await dispatchRollback(story, step, { target: "previous-successful", reason: "drill", "dry-run": "false" });
    const after = await runningDigest(story, "staging");
    if (after === before.digest) throw new Failure(`staging must run the version before ${before.digest}.`);
    step.result(`${before.revision} → ${await revision(story)}, ${shortDigest(after)}; the dry run changed nothing`);
    return before;
  });
  await reporter.step("Rollback to a revision", async (step) => {
    const number = newest.revision.split(":").at(-1) ?? "";
    await dispatchRollback(story, step, { target: number, reason: "it was not that version", "dry-run": "false" });
    const after = await runningDigest(story, "staging");
    if (after !== newest.digest) throw new Failure(`staging must run revision ${number} again, but it runs ${after}.`);
    step.result(`${newest.revision} runs again`);
  });
}

/** `family:number` that the service is at. */
async function revision({ people }: GithubStory): Promise<string> {
  const { name } = environment("staging");
  const state = await awsReads(people.staging).serviceState(name, `${name}-web`);
  return state?.taskDefinition.split("/").at(-1) ?? "";
}
