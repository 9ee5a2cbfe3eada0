import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { githubStandIn } from "@slipway/actions/github-stand-in";
import { environment } from "@slipway/infra";
import { bringUpLocalAws } from "../../aws/bring-up-local-aws.ts";
import type { LocalAws } from "../../aws/local-aws.ts";
import { localVariables } from "../../aws/local-variables.ts";
import { watchLocalAws } from "../../aws/watch-local-aws.ts";
import type { CommandContext } from "../../commands/command-context.ts";
import { Failure } from "../../failure.ts";
import { ensureAct } from "../../machine/act.ts";
import { takeLock } from "../../machine/lock.ts";
import { type Machine, prepareMachine } from "../../machine/prepare-machine.ts";
import { thisSystem } from "../../machine/this-system.ts";
import { closingTable } from "../../report/closing-table.ts";
import { createReporter, type Reporter } from "../../report/reporter.ts";
import { terminalMarkdown } from "../../report/terminal-markdown.ts";
import { githubEvents } from "../../workflows/github-events.ts";
import type { LocalRunner } from "../../workflows/local-runner.ts";
import { localSigner } from "../../workflows/local-signer.ts";
import { type RunnerService, runnerService } from "../../workflows/runner-service.ts";
import { openStoryRepository } from "../story-repository.ts";
import { tokens } from "../workflow-run.ts";
import { firstApply } from "./first-apply.ts";
import { foundations } from "./foundations.ts";
import type { GithubStory } from "./github-story.ts";

/** `npm start -- --via github`: the workflows themselves, run by act, from the first apply to a rollback. */
export async function tellGithubStory(context: CommandContext): Promise<void> {
  const { workspace, signal } = context;
  const release = takeLock(workspace.home, "start");
  try {
    const reporter = createReporter(workspace.path("summaries"), { foldOver: 12 });
    context.onReporter?.(reporter);
    const local = environment("local");
    const { awsProvider } = environment("staging");
    const machine = await prepareMachine({ workspace, reporter, awsProvider, signal });
    const act = await reporter.step("act", (step) => ensureAct({ workspace, log: step.say, signal }));
    const aws = await bringUpLocalAws({
      ...context,
      ...machine,
      reporter,
      account: local.account,
      region: local.region,
    });
    const watch = watchLocalAws(workspace, aws, signal);
    const service = await runnerService(machine.docker);
    try {
      const place = { context: { ...context, signal: watch.signal }, reporter, machine, aws, act, service };
      await tell(await openStory(place));
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
    await foundations(story);
    await firstApply(story);
  } finally {
    await story.github.close();
  }
}

interface Place {
  readonly context: CommandContext;
  readonly reporter: Reporter;
  readonly machine: Machine;
  readonly aws: LocalAws;
  readonly act: string;
  readonly service: RunnerService;
}

async function openStory({ context, reporter, machine, aws, act, service }: Place): Promise<GithubStory> {
  const { workspace, signal } = context;
  const { github: settings } = environment("staging");
  if (settings === undefined)
    throw new Failure(
      "environment staging must say which repository on GitHub its jobs are of; set `github` in environments.ts.",
    );
  const folder = workspace.path("github");
  for (const name of ["runs", "artifacts"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const repository = await reporter.step("Repository", async (step) => {
    const opened = await openStoryRepository(workspace, join(folder, "repository"));
    step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last story left it");
    return opened;
  });
  const github = await githubStandIn({}, [tokens.read]);
  const fullName = `${settings.owner}/${settings.name}`;
  const ids = { ownerId: Number(settings.ownerId), repositoryId: Number(settings.id) };
  const variablesOf = (key: string) =>
    localVariables(workspace.variables, { ...environment(key), endpoint: aws.endpoint });
  const [bash = "/bin/bash"] = thisSystem(workspace.variables).find("bash");
  const runner: LocalRunner = {
    act,
    service,
    place: {
      root: workspace.root,
      bash,
      endpoint: aws.endpoint,
      region: environment("staging").region,
      cliConfiguration: machine.cliConfiguration.path,
    },
    caller: workspace.variables,
    repository: repository.folder,
    identity: { repository: fullName, ...ids },
    github: { url: github.url, token: tokens.write },
    vars: { CHECK_CONNECT_TO: `127.0.0.1:${aws.port}` },
    sign: localSigner("https://token.actions.githubusercontent.com"),
    folder,
    signal,
  };
  const people = { staging: variablesOf("staging"), production: variablesOf("production") };
  const events = githubEvents({ fullName, id: ids.repositoryId, ownerId: ids.ownerId });
  const plain = {};
  return {
    workspace,
    reporter,
    repository,
    github,
    folder,
    runner,
    events,
    people,
    plain,
    aws: people.staging,
    signal,
  };
}
