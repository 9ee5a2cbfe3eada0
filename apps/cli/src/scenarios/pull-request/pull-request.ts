import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { githubStandIn } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import { localVariables, takeLock, watchLocalAws } from "@slipway/local-aws";
import type { CommandContext } from "../../command-context.ts";
import { prepareMachine } from "../../local/prerequisites.ts";
import { bringUpLocalAws } from "../../local/start-local-aws.ts";
import { closingTable } from "../../terminal/closing.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { createReporter } from "../../terminal/reporter.ts";
import { bootstrap, clearLeftovers } from "../environment.ts";
import { openStoryRepository } from "../repository.ts";
import { type Story, tokens } from "../scenario.ts";
import { applyWithoutPull, movedUpstream, nothingLeft, reviewedChange, unrelatedChange } from "./steps.ts";

/** `npm start -- --via pull-request`: how a change gets from a pull request to AWS, in staging on the local AWS. */
export async function pullRequestStory(context: CommandContext): Promise<void> {
  const { workspace, signal } = context;
  const [local, staging] = [environment("local"), environment("staging")];
  const release = takeLock(workspace.home, "start");
  try {
    const reporter = createReporter(workspace.path("summaries"), { foldOver: 12 });
    context.onReporter?.(reporter);
    const machine = await prepareMachine({ workspace, reporter, awsProvider: staging.awsProvider, signal });
    // The local AWS is the one of `npm start`, whose account is local's; keys select staging's account in it.
    const { account, region } = local;
    const aws = await bringUpLocalAws({ ...context, ...machine, reporter, account, region });
    const watch = watchLocalAws(workspace, aws, signal);
    const github = await githubStandIn({}, [tokens.read]);
    try {
      const folder = workspace.path("pull-request");
      const repository = await reporter.step("Repository", async (step) => {
        const opened = await openStoryRepository(workspace, join(folder, "repository"));
        step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last story left it");
        return opened;
      });
      const given = localVariables(workspace.variables, { ...staging, endpoint: aws.endpoint });
      const variables = { ...given, TF_CLI_CONFIG_FILE: machine.cliConfiguration.path };
      const plain = Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(AWS|TF)_/.test(name)));
      const story: Story = {
        workspace,
        reporter,
        repository,
        github,
        folder,
        plain,
        aws: variables,
        signal: watch.signal,
      };
      const finished = await clearLeftovers(story);
      await bootstrap(story);
      await applyWithoutPull(story);
      await reviewedChange(story, staging);
      await movedUpstream(story, staging);
      await unrelatedChange(story);
      await nothingLeft(story);
      if (github.violations.length > 0)
        throw new Failure(`GitHub must be asked as its API describes it, but: ${github.violations.join("; ")}.`);
      finished();
      const table = closingTable(reporter.records);
      writeFileSync(workspace.path("summaries", "99-run.md"), `${table}\n`);
      reporter.line(`\n${terminalMarkdown(table)}`);
      reporter.line(
        `\nGitHub was asked ${github.requests.length} times. Each comment is a file in ${workspace.path("summaries")}.`,
      );
      reporter.line("Staging stays applied for the next story; `npm run down` removes everything.");
    } catch (error) {
      // What broke because the run was told to stop is no news: why it was told is.
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
