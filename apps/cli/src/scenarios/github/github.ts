import { environment } from "@slipway/infra";
import { ensureAct, takeLock, watchLocalAws } from "@slipway/local-aws";
import { runnerService } from "../../act/runner-service.ts";
import type { CommandContext } from "../../command-context.ts";
import { prepareMachine } from "../../local/prerequisites.ts";
import { bringUpLocalAws } from "../../local/start-local-aws.ts";
import { closingTable } from "../../terminal/closing.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { createReporter } from "../../terminal/reporter.ts";
import { badCommit } from "./bad-version.ts";
import { builtImages } from "./built-images.ts";
import { type GithubStory, writeFacts } from "./context.ts";
import { firstApply } from "./first-apply.ts";
import { foundations, openGithubStory } from "./open.ts";
import { outsideChanges } from "./outside-changes.ts";
import { reviewedChange } from "./reviewed-change.ts";
import { inFlight, rollbacks } from "./rollbacks.ts";

/** `npm start -- --via github`: the workflows themselves, run by act, from the first apply to a rollback. */
export async function tellGithubStory(context: CommandContext): Promise<void> {
  const { workspace, signal } = context;
  const release = takeLock(workspace.home, "start");
  try {
    const reporter = createReporter(workspace.path("summaries"), { foldOver: 12 });
    context.onReporter?.(reporter);
    const { account, region } = environment("local");
    const { awsProvider } = environment("staging");
    // The first time it is compiled, for a minute: meanwhile the rest is made ready.
    const act = ensureAct({ workspace, log: (line) => reporter.line(line), signal });
    act.catch(() => {});
    const machine = await prepareMachine({ workspace, reporter, awsProvider, signal });
    // No Go, or one that is too old, is said before anything is made.
    await Promise.race([act, undefined]);
    const aws = await bringUpLocalAws({ ...context, ...machine, reporter, account, region });
    const watch = watchLocalAws(workspace, aws, signal);
    const service = await runnerService(machine.docker, (name) => builtImages.remember(workspace, name));
    try {
      const { terraform: _, ...tools } = machine;
      await tell(
        await openGithubStory({ context: { ...context, signal: watch.signal }, reporter, tools, aws, act, service }),
      );
      reporter.line(`\n${terminalMarkdown(closingTable(reporter.records))}`);
    } catch (error) {
      // What broke because the run was told to stop is no news: why it was told is.
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

async function tell(story: GithubStory): Promise<void> {
  try {
    for (const scene of [
      foundations,
      actBuilt,
      firstApply,
      reviewedChange,
      rollbacks,
      badCommit,
      inFlight,
      outsideChanges,
    ])
      await scene(story);
    await writeFacts(story);
  } finally {
    await story.github.close();
  }
}

async function actBuilt({ reporter, runner }: GithubStory): Promise<void> {
  await reporter.step("act", () => runner.act);
}
