import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { readWorkflows } from "../../act/workflow.ts";
import { clientSettings } from "../../local/aws-reads.ts";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubScenario } from "./context.ts";
import { runInStep } from "./run-in-step.ts";

/** Changes AWS outside of Terraform: the workflow `drift` opens an issue, and closes it when the change is undone. */
export async function drift(scenario: GithubScenario): Promise<void> {
  const { reporter, github } = scenario;
  const issues = () => [...github.state.issues.values()].filter(({ labels }) => labels.includes("drift"));
  const setTags = await tagsOfRegistry(scenario);
  await reporter.step("Drift", async (step) => {
    await setTags("MUTABLE");
    await compare(scenario, step);
    const open = issues().filter(({ state }) => state === "open");
    const [issue] = open;
    if (issue === undefined || open.length > 1)
      throw new Failure(`one issue must be open for the drift, not ${open.length}.`);
    step.markdown(`# ${issue.title}\n\n${issue.body}`);
    step.result(`issue #${issue.number} “${issue.title}”`);
  });
  await reporter.step("Drift undone", async (step) => {
    await setTags("IMMUTABLE");
    await compare(scenario, step);
    const open = issues().filter(({ state }) => state === "open");
    if (open.length > 0) throw new Failure(`the issue must be closed, but ${open.length} are open.`);
    step.result(`issue #${issues().at(-1)?.number} is closed`);
  });
}

async function compare(scenario: GithubScenario, step: Step): Promise<void> {
  const { repository, events } = scenario;
  const [entry] = (readWorkflows(repository.folder).get("drift.yml")?.on.schedule ?? []) as readonly { cron: string }[];
  if (entry === undefined) throw new Failure("drift.yml must have a schedule.");
  const event = events.schedule(entry.cron, await repository.sha("main"));
  await runInStep(scenario, step, { file: "drift.yml", event, summaries: false });
}

/** Returns a function that sets the tag mutability of production's image repository. */
async function tagsOfRegistry({ people }: GithubScenario) {
  const { ECRClient, PutImageTagMutabilityCommand } = await import("@aws-sdk/client-ecr");
  const client = new ECRClient(clientSettings(people.production));
  const { name: repositoryName } = environment("production");
  return (imageTagMutability: "MUTABLE" | "IMMUTABLE") =>
    client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
}
