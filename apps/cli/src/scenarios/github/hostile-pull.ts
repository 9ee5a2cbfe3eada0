import { Failure } from "@slipway/core";
import { type Change, changes } from "../changes.ts";
import type { GithubScenario, KnownEnvironment } from "./context.ts";
import { amend, planComment, planPull, propose, pullEvent } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

const planWorkflow = ".github/workflows/plan.yml";

/**
 * A pull request that rewrites what plans and posts: main's code does both and the comment says so. Its own copy, which GitHub starts as
 * the pull request has it, is refused the plan role.
 */
export async function hostilePull(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.step("A pull request that rewrites our actions", async (step) => {
    const pull = await propose(scenario, {
      branch: "own-plan",
      title: "Plan it our way",
      change: ownAction,
    });
    await amend(scenario, pull, changes.memory);
    await amend(scenario, pull, ownWorkflow(scenario.environments.staging));
    const { plan } = await planPull(scenario, step, pull, "opened");
    const { body } = planComment(scenario, pull, "staging");
    const said = body.split("\n").filter((line) => line.includes("by the workflows and actions of main"));
    if (said.length !== 1 || !body.includes("aws_ecs_task_definition"))
      throw new Failure(`#${pull.number} must be planned by main's actions, and be told so in one line.`, undefined, {
        logPath: plan.logPath,
      });
    step.markdown(body);
    const { event, changed } = await pullEvent(scenario, pull, "synchronize");
    const own = await runInStep(scenario, step, {
      file: "plan.yml",
      event,
      changed,
      ends: "failure",
      summaries: false,
    });
    const errors = own.errors.map(({ text }) => text);
    const refused = errors.filter((text) => text.includes("Not authorized to perform sts:AssumeRoleWithWebIdentity"));
    if (refused.length !== 1 || errors.length !== 1)
      throw new Failure(
        `#${pull.number}'s own plan.yml must be refused the plan role, but: ${errors.join(" ")}`,
        undefined,
        {
          logPath: own.logPath,
        },
      );
    step.print(refused[0] ?? "");
    await scenario.repository.checkout("main");
    step.result(`#${pull.number} planned and posted by main's code; its own plan.yml got no role`);
  });
}

const ownAction: Change = {
  path: ".github/actions/report-plan/main.ts",
  message: "Report what we like",
  rewrite: () => 'process.stdout.write("planned by the pull request\\n");\n',
};

/** Starts on the pull request itself and asks for what main's copy has. */
const ownWorkflow = ({ account, region, roles }: KnownEnvironment): Change => ({
  path: planWorkflow,
  message: "Plan with our own actions",
  rewrite: (text) => {
    const uses = (action: string) => {
      const found = new RegExp(`uses: (${action}@[0-9a-f]{40})`).exec(text)?.[1];
      if (found === undefined)
        throw new Failure(`${planWorkflow} must use ${action}`, "undo your edit to see the scenario");
      return found;
    };
    return `name: Plan
on:
  pull_request:
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: ${uses("actions/checkout")}
        with:
          persist-credentials: false
      - uses: ${uses("aws-actions/configure-aws-credentials")}
        with:
          role-to-assume: ${roles.plan}
          aws-region: ${region}
          allowed-account-ids: "${account}"
`;
  },
});
