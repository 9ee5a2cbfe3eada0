import { Failure } from "@slipway/core";
import { readWorkflows } from "../../act/workflow.ts";
import { clientSettings } from "../../local/aws-reads.ts";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubScenario } from "./context.ts";
import { runInStep } from "./run-in-step.ts";

const issues = ({ github }: GithubScenario) =>
  [...github.state.issues.values()].filter(({ labels }) => labels.includes("drift"));

/** Changes AWS outside of Terraform: the workflow `drift` opens an issue. Then the change is undone. */
export async function drift(scenario: GithubScenario): Promise<void> {
  const setTags = await tagsOfRegistry(scenario);
  await scenario.reporter.step("Drift", async (step) => {
    await setTags("MUTABLE");
    await compare(scenario, step);
    await setTags("IMMUTABLE");
    const open = issues(scenario).filter(({ state }) => state === "open");
    const [issue] = open;
    if (issue === undefined || open.length > 1)
      throw new Failure(`one issue must be open for the drift, not ${open.length}.`);
    step.markdown(`# ${issue.title}\n\n${issue.body}`);
    step.result(`issue #${issue.number} “${issue.title}”`);
  });
}

/** Nothing differs from what was applied: the workflow `drift` closes the issue. */
export async function noDrift(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.step("No drift", async (step) => {
    await compare(scenario, step);
    const open = [...scenario.github.state.issues.values()].filter(({ isPull, state }) => !isPull && state === "open");
    if (open.length > 0)
      throw new Failure(
        `no issue may be open once all is as applied, but #${open.map(({ number }) => number).join(", #")} is.`,
      );
    const last = issues(scenario).at(-1);
    step.result(
      `every stack planned once more, nothing differs${last === undefined ? "" : `; issue #${last.number} is closed`}`,
    );
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
async function tagsOfRegistry({ people, environments }: GithubScenario) {
  const { ECRClient, PutImageTagMutabilityCommand } = await import("@aws-sdk/client-ecr");
  const client = new ECRClient(clientSettings(people.production));
  const { repository: repositoryName } = environments.production.registry;
  return (imageTagMutability: "MUTABLE" | "IMMUTABLE") =>
    client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
}
