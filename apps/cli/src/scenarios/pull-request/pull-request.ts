import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { fakeGithub } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import { localVariables, takeLock, watchLocalAws } from "@slipway/local-aws";
import type { CommandContext } from "../../command-context.ts";
import { installPrerequisites } from "../../local/prerequisites.ts";
import { ensureLocalAws } from "../../local/start-local-aws.ts";
import { summaryTable } from "../../terminal/closing.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { createReporter } from "../../terminal/reporter.ts";
import { bootstrap, clearLeftovers } from "../environment.ts";
import { openScenarioRepository } from "../repository.ts";
import { type Scenario, tokens } from "../scenario.ts";
import { applyWithoutPull, changedUpstream, expectNoDrift, reviewedChange, unrelatedChange } from "./steps.ts";

/** `npm start -- --via pull-request`: runs a change from a pull request to AWS, in staging on the local AWS. */
export async function runPullRequestScenario(context: CommandContext): Promise<void> {
  const { home, signal } = context;
  const [local, staging] = [environment("local"), environment("staging")];
  const release = takeLock(home.folder, "start");
  try {
    const reporter = createReporter(home.path("summaries"), { foldOver: 12 });
    context.onReporter?.(reporter);
    const prerequisites = await installPrerequisites({ home, reporter, awsProvider: staging.awsProvider, signal });
    // The local AWS is shared with `npm start`; the access key selects staging's account in it.
    const { account, region } = local;
    const aws = await ensureLocalAws({ ...context, ...prerequisites, reporter, account, region });
    const watch = watchLocalAws(home, aws, signal);
    const github = await fakeGithub({}, [tokens.read]);
    try {
      const folder = home.path("pull-request");
      const repository = await reporter.step("Repository", async (step) => {
        const opened = await openScenarioRepository(home, join(folder, "repository"));
        step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last scenario left it");
        return opened;
      });
      const given = localVariables(home.variables, { ...staging, endpoint: aws.endpoint });
      const variables = { ...given, TF_CLI_CONFIG_FILE: prerequisites.cliConfiguration.path };
      const plain = Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(AWS|TF)_/.test(name)));
      const scenario: Scenario = {
        home,
        reporter,
        repository,
        github,
        folder,
        plain,
        aws: variables,
        signal: watch.signal,
      };
      const finished = await clearLeftovers(scenario);
      await bootstrap(scenario);
      await applyWithoutPull(scenario);
      await reviewedChange(scenario, staging);
      await changedUpstream(scenario, staging);
      await unrelatedChange(scenario);
      await expectNoDrift(scenario);
      if (github.violations.length > 0)
        throw new Failure(`GitHub must be asked as its API describes it, but: ${github.violations.join("; ")}.`);
      finished();
      const table = summaryTable(reporter.records);
      writeFileSync(home.path("summaries", "99-run.md"), `${table}\n`);
      reporter.line(`\n${terminalMarkdown(table)}`);
      reporter.line(
        `\nGitHub was asked ${github.requests.length} times. Each comment is a file in ${home.path("summaries")}.`,
      );
      reporter.line("Staging stays applied for the next scenario; `npm run down` removes everything.");
    } catch (error) {
      // If the run was aborted, the reason for the abort is the failure.
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.stop();
      await github.close();
    }
  } finally {
    release();
  }
}
