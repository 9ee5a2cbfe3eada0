import { clientSettings } from "../../delivery/aws-reads.ts";
import { Failure } from "../../failure.ts";
import type { Step } from "../../report/reporter.ts";
import { readWorkflows } from "../../workflows/read-workflows.ts";
import type { GithubStory } from "./github-story.ts";
import { runInStep } from "./run-in-step.ts";

/** Somebody changes AWS by hand: the nightly comparison opens an issue, and closes it once that is undone. */
export async function drift(story: GithubStory): Promise<void> {
  const { reporter, github } = story;
  const issues = () => [...github.state.issues.values()].filter(({ labels }) => labels.includes("drift"));
  const group = await targetGroup(story);
  await reporter.step("Drift", async (step) => {
    await group.setUnhealthyThreshold(group.threshold + 1);
    await compare(story, step);
    const open = issues().filter(({ state }) => state === "open");
    const [issue] = open;
    if (issue === undefined || open.length > 1)
      throw new Failure(`one issue must be open for the drift, not ${open.length}.`);
    step.markdown(`# ${issue.title}\n\n${issue.body}`);
    step.result(`issue #${issue.number} “${issue.title}”`);
  });
  await reporter.step("Drift undone", async (step) => {
    await group.setUnhealthyThreshold(group.threshold);
    await compare(story, step);
    const open = issues().filter(({ state }) => state === "open");
    if (open.length > 0) throw new Failure(`the issue must be closed, but ${open.length} are open.`);
    step.result(`issue #${issues().at(-1)?.number} is closed`);
  });
}

async function compare(story: GithubStory, step: Step): Promise<void> {
  const { repository, events } = story;
  const [entry] = (readWorkflows(repository.folder).get("drift.yml")?.on.schedule ?? []) as readonly { cron: string }[];
  if (entry === undefined) throw new Failure("drift.yml must have a schedule.");
  const event = events.schedule(entry.cron, await repository.sha("main"));
  await runInStep(story, step, { file: "drift.yml", event, summaries: false });
}

/** Staging's target group, by its owner's own hands. */
async function targetGroup({ people }: GithubStory) {
  const { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client, ModifyTargetGroupCommand } = await import(
    "@aws-sdk/client-elastic-load-balancing-v2"
  );
  const client = new ElasticLoadBalancingV2Client(clientSettings(people.staging));
  const { TargetGroups: [found] = [] } = await client.send(new DescribeTargetGroupsCommand({}));
  if (found?.TargetGroupArn === undefined) throw new Failure("staging must have a target group.");
  const { TargetGroupArn, UnhealthyThresholdCount: threshold = 2 } = found;
  return {
    threshold,
    setUnhealthyThreshold: (UnhealthyThresholdCount: number) =>
      client.send(new ModifyTargetGroupCommand({ TargetGroupArn, UnhealthyThresholdCount })),
  };
}
