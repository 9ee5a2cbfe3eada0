import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { ensureAct, takeLock, watchLocalAws } from "@slipway/local-aws";
import { runnerService } from "../../act/runner-service.ts";
import type { CommandContext } from "../../command-context.ts";
import { chosenApp } from "../../local/app.ts";
import type { StartOptions } from "../../local/app-options.ts";
import { installPrerequisites } from "../../local/prerequisites.ts";
import { ensureLocalAws } from "../../local/start-local-aws.ts";
import { summaryTable } from "../../terminal/closing.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { createReporter, partReporter, type Step } from "../../terminal/reporter.ts";
import { badVersion } from "./bad-version.ts";
import { bootstrapAccounts, clearLocks } from "./bootstrap.ts";
import { builtImages } from "./built-images.ts";
import { type GithubScenario, writeFacts } from "./context.ts";
import { noDrift } from "./drift.ts";
import { firstApply } from "./first-apply.ts";
import { hostilePull } from "./hostile-pull.ts";
import { openGithubScenario } from "./open.ts";
import { outsideChanges } from "./outside-changes.ts";
import { reviewedChange } from "./reviewed-change.ts";
import { inFlight, rollbacks } from "./rollbacks.ts";

type ScenarioStep = (scenario: GithubScenario) => Promise<void>;

/** From nothing to a merged pull request in production. */
const pullRequest: readonly ScenarioStep[] = [clearLocks, bootstrapAccounts, awaitAct, firstApply, reviewedChange];

/** The steps by the value of `--via`. */
const ways: Readonly<Record<string, readonly ScenarioStep[]>> = {
  "pull-request": [...pullRequest, noDrift],
  github: [...pullRequest, planOnly, rollbacks, badVersion, inFlight, fromOutside],
};

/** `npm start -- --via <way>`: runs the workflows with act, from the first apply to production or on to a rollback. */
export async function runGithubScenario(context: CommandContext, way: string, options: StartOptions): Promise<void> {
  const steps = ways[way];
  if (steps === undefined)
    throw new Failure(`--via (${way}) must be ${Object.keys(ways).join(" or ")}`, "leave it out to deliver the app");
  const { home, cwd, signal } = context;
  checkBranch();
  const app = await chosenApp({ root: home.root, cwd, options });
  const other = app.own ? undefined : app;
  const release = takeLock(home.folder, "start");
  try {
    const reporter = createReporter(home.path("summaries"), { foldOver: 12 });
    context.onReporter?.(reporter);
    const { account, region } = environment("local");
    const { awsProvider } = environment("staging");
    // act is compiled on first use, which takes a minute, while the rest is prepared.
    const act = ensureAct({ home, log: (line) => reporter.line(line), signal });
    act.catch(() => {});
    for (const note of app.notes) reporter.line(`› ${note}`);
    const prerequisites = await installPrerequisites({ home, reporter, app, awsProvider, signal });
    // Fails early if Go is missing or too old.
    await Promise.race([act, undefined]);
    const aws = await ensureLocalAws({ ...context, ...prerequisites, reporter, account, region });
    const watch = watchLocalAws(home, aws, signal);
    const service = await runnerService(prerequisites.docker, (name) => builtImages.record(home, name));
    try {
      const { terraform: _, ...tools } = prerequisites;
      const request = { context: { ...context, signal: watch.signal }, reporter, tools, aws, act, service, other };
      await runSteps(await openGithubScenario(request), steps);
      reporter.line(`\n${terminalMarkdown(summaryTable(reporter.records))}`);
      reporter.line("\nBoth environments stay as they are for the next run; `npm run down` removes everything.");
    } catch (error) {
      // If the run was aborted, the reason for the abort is the failure.
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.stop();
      await service.close();
    }
  } finally {
    release();
  }
}

/** The story's repository is made here, and its branch is main. */
function checkBranch(): void {
  const { branch = "main" } = environment("staging").github ?? {};
  if (branch === "main") return;
  throw new Failure(
    `github.branch (${branch}) must be main for this story, whose repository has no other branch to merge into`,
    "name main in a copy of the project, print what derives from it (UPDATE_GOLDEN=1 npm run test:unit), and run it there",
  );
}

async function runSteps(scenario: GithubScenario, steps: readonly ScenarioStep[]): Promise<void> {
  try {
    for (const step of steps) await step(scenario);
    await writeFacts(scenario);
  } finally {
    await scenario.github.close();
  }
}

/** What plans and applies nothing runs side by side. */
async function planOnly(scenario: GithubScenario): Promise<void> {
  const { reporter, app } = scenario;
  if (!app.own) return noDrift(scenario);
  const part = (title: string, run: ScenarioStep) => ({
    title,
    work: (step: Step) => run({ ...scenario, reporter: partReporter(reporter, step) }),
  });
  await reporter.together("After the merge", [
    part("drift", noDrift),
    part("a pull request that rewrites our actions", hostilePull),
  ]);
}

/** What shows nothing of the app is left out with another one. */
async function fromOutside(scenario: GithubScenario): Promise<void> {
  if (scenario.app.own) return outsideChanges(scenario);
  scenario.reporter.line(
    "Not shown: a pull request that rewrites our actions, a fork's and Dependabot's; they are the same for every app.",
  );
}

async function awaitAct({ reporter, runner }: GithubScenario): Promise<void> {
  await reporter.step("act", () => runner.act);
}
