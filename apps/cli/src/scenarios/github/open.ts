import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Failure } from "@slipway/core";
import { githubStandIn } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import { issuerKeys, type LocalAws, localVariables, openTokenIssuer, thisSystem } from "@slipway/local-aws";
import { githubEvents } from "../../act/events.ts";
import type { RunnerService } from "../../act/runner-service.ts";
import type { CommandContext } from "../../command-context.ts";
import { bootstrapCommand } from "../../environment/bootstrap.ts";
import { secretCommand } from "../../environment/secret.ts";
import { synthesize } from "../../environment/synthesize.ts";
import type { Machine } from "../../local/prerequisites.ts";
import type { Reporter, Step } from "../../terminal/reporter.ts";
import { openStoryRepository } from "../repository.ts";
import { tokens } from "../scenario.ts";
import { type GithubStory, type StoryEnvironment, storyEnvironments } from "./context.ts";
import { settleApp } from "./run-in-step.ts";

export interface GithubStoryRequest {
  readonly context: CommandContext;
  readonly reporter: Reporter;
  readonly tools: Pick<Machine, "cliConfiguration">;
  readonly aws: LocalAws;
  /** Path of act, once it is built. */
  readonly act: Promise<string>;
  readonly service: RunnerService;
}

/** The throw-away repository, a GitHub beside it, and what runs its workflows. */
export async function openGithubStory(request: GithubStoryRequest): Promise<GithubStory> {
  const { reporter, tools, aws, act, service } = request;
  const { workspace, signal } = request.context;
  const { github: settings } = environment("staging");
  if (settings === undefined) {
    throw new Failure(
      "environment (staging) must say which repository on GitHub its jobs are of",
      "set `github` in environments.ts",
    );
  }
  const folder = workspace.path("github");
  for (const name of ["runs", "artifacts"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const repository = await reporter.step("Repository", async (step) => {
    const opened = await openStoryRepository(workspace, join(folder, "repository"));
    if (await settleApp(opened)) step.say("a story that was stopped had left another app on main: put back");
    step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last story left it");
    return opened;
  });
  const github = await githubStandIn({}, [tokens.read]);
  const fullName = `${settings.owner}/${settings.name}`;
  const ids = { ownerId: Number(settings.ownerId), repositoryId: Number(settings.id) };
  const variablesOf = (key: string) =>
    localVariables(workspace.variables, { ...environment(key), endpoint: aws.endpoint });
  const [bash = "/bin/bash"] = thisSystem(workspace.variables).find("bash");
  const place = {
    root: workspace.root,
    bash,
    endpoint: aws.endpoint,
    cliConfiguration: tools.cliConfiguration.path,
  };
  const people = { staging: variablesOf("staging"), production: variablesOf("production") };
  return {
    workspace,
    reporter,
    repository,
    github,
    folder,
    people,
    incarnation: aws.incarnation,
    runs: [],
    events: githubEvents({ fullName, id: ids.repositoryId, ownerId: ids.ownerId }),
    runner: {
      act,
      service,
      place,
      caller: workspace.variables,
      repository: repository.folder,
      identity: { repository: fullName, ...ids },
      github: { url: github.url, token: tokens.write },
      // Load balancers of the local AWS answer at its port, whatever their name.
      vars: { CHECK_CONNECT_TO: `127.0.0.1:${aws.port}` },
      sign: openTokenIssuer(issuerKeys(workspace)).sign,
      folder,
      signal,
    },
    plain: {},
    aws: people.staging,
    signal,
  };
}

/** Stacks that bootstrap applies. */
const bootstrapped = new Set(["state", "access"]);

/** What somebody with rights of their own does once per account, before any workflow can: `bootstrap`, and the values of the secrets. */
export async function foundations(story: GithubStory): Promise<void> {
  await story.reporter.together(
    "Bootstrap and secrets",
    storyEnvironments.map((key) => ({
      title: key,
      work: async (step) => {
        const { repository, folder, incarnation, plain } = story;
        const stacks = await synthesize({ root: repository.folder, environment: key, variables: plain });
        const hashes = stacks.filter(({ name }) => bootstrapped.has(name)).map(({ sha256 }) => sha256);
        const stamp = [incarnation, ...hashes].join("\n");
        const done = join(folder, `bootstrapped-${key}`);
        if (existsSync(done) && readFileSync(done, "utf8") === stamp) {
          step.result("done by an earlier story");
          return;
        }
        const told = await command(story, step, key, (context) => bootstrapCommand(context), [key]);
        for (const [service, { secrets = {} }] of Object.entries(environment(key).services)) {
          for (const name of Object.keys(secrets)) {
            await command(story, step, key, (context) => secretCommand(context), [
              "set",
              key,
              service,
              name,
              "--generate",
            ]);
          }
        }
        writeFileSync(done, stamp);
        step.result(told.at(-1) ?? "");
      },
    })),
  );
}

type Context = Parameters<typeof bootstrapCommand>[0];

async function command(
  { repository, folder, people }: GithubStory,
  step: Step,
  key: StoryEnvironment,
  make: (context: Context) => ReturnType<typeof bootstrapCommand>,
  args: readonly string[],
): Promise<readonly string[]> {
  const told: string[] = [];
  const context: Context = {
    root: repository.folder,
    home: folder,
    variables: async () => people[key],
    print: (line) => {
      told.push(line);
      step.say(line);
    },
    stdin: Readable.from([]),
    ask: undefined,
  };
  await make(context)
    .exitOverride()
    .parseAsync([...args], { from: "user" });
  return told;
}
