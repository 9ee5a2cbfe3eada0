import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { fakeGithub } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import { issuerKeys, type LocalAws, localVariables, openTokenIssuer, thisHost } from "@slipway/local-aws";
import { githubEvents } from "../../act/events.ts";
import type { RunnerService } from "../../act/runner-service.ts";
import { type CommandContext, unattendedContext } from "../../command-context.ts";
import { bootstrapCommand } from "../../environment/bootstrap.ts";
import { secretCommand } from "../../environment/secret.ts";
import { synthesize } from "../../environment/synthesize.ts";
import type { Prerequisites } from "../../local/prerequisites.ts";
import type { Reporter, Step } from "../../terminal/reporter.ts";
import { openScenarioRepository } from "../repository.ts";
import { tokens } from "../scenario.ts";
import { type GithubScenario, type ScenarioEnvironment, scenarioEnvironments } from "./context.ts";
import { restoreApp } from "./run-in-step.ts";

export interface GithubScenarioRequest {
  readonly context: CommandContext;
  readonly reporter: Reporter;
  readonly tools: Pick<Prerequisites, "cliConfiguration">;
  readonly aws: LocalAws;
  /** Path of act, once it is built. */
  readonly act: Promise<string>;
  readonly service: RunnerService;
}

/** Creates the temporary repository, the fake GitHub and the local runner. */
export async function openGithubScenario(request: GithubScenarioRequest): Promise<GithubScenario> {
  const { reporter, tools, aws, act, service } = request;
  const { home, signal } = request.context;
  const { github: settings } = environment("staging");
  if (settings === undefined) {
    throw new Failure(
      "environment (staging) must say which repository on GitHub its jobs are of",
      "set `github` in environments.ts",
    );
  }
  if (thisHost(home.variables).find("jq").length === 0) {
    throw new Failure(
      "jq must be on PATH: a rollback reads with it before it has any action",
      "install it, then start again",
    );
  }
  const folder = home.path("github");
  for (const name of ["runs", "artifacts"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const repository = await reporter.step("Repository", async (step) => {
    const opened = await openScenarioRepository(home, join(folder, "repository"));
    if (await restoreApp(opened)) step.print("a scenario that was stopped had left another app on main: put back");
    step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last scenario left it");
    return opened;
  });
  const github = await fakeGithub({}, [tokens.read]);
  const fullName = `${settings.owner}/${settings.name}`;
  const ids = { ownerId: Number(settings.ownerId), repositoryId: Number(settings.id) };
  const variablesOf = (key: string) => localVariables(home.variables, { ...environment(key), endpoint: aws.endpoint });
  const [bash = "/bin/bash"] = thisHost(home.variables).find("bash");
  const jobSettings = {
    root: home.root,
    bash,
    endpoint: aws.endpoint,
    cliConfiguration: tools.cliConfiguration.path,
  };
  const people = { staging: variablesOf("staging"), production: variablesOf("production") };
  return {
    home,
    reporter,
    repository,
    github,
    folder,
    people,
    instanceId: aws.instanceId,
    runs: [],
    events: githubEvents({ fullName, id: ids.repositoryId, ownerId: ids.ownerId }),
    runner: {
      act,
      service,
      jobSettings,
      caller: home.variables,
      repository: repository.folder,
      identity: { repository: fullName, ...ids },
      github: { url: github.url, token: tokens.write },
      // All load balancers of the local AWS answer on its port.
      vars: { CHECK_CONNECT_TO: `127.0.0.1:${aws.port}` },
      sign: openTokenIssuer(issuerKeys(home)).sign,
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

/** Runs `bootstrap` and sets the secret values, which a person does once per account before the workflows can run. */
export async function bootstrapAccounts(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.together(
    "Bootstrap and secrets",
    scenarioEnvironments.map((key) => ({
      title: key,
      work: async (step) => {
        const { repository, folder, instanceId, plain } = scenario;
        const stacks = await synthesize({ root: repository.folder, environment: key, variables: plain });
        const hashes = stacks.filter(({ name }) => bootstrapped.has(name)).map(({ sha256 }) => sha256);
        const stamp = [instanceId, ...hashes].join("\n");
        const done = join(folder, `bootstrapped-${key}`);
        if (existsSync(done) && readFileSync(done, "utf8") === stamp) {
          step.result("done by an earlier scenario");
          return;
        }
        const printed = await runEnvironmentCommand(scenario, step, key, (context) => bootstrapCommand(context), [key]);
        for (const [service, { secrets = {} }] of Object.entries(environment(key).services)) {
          for (const name of Object.keys(secrets)) {
            await runEnvironmentCommand(scenario, step, key, (context) => secretCommand(context), [
              "set",
              key,
              service,
              name,
              "--generate",
            ]);
          }
        }
        writeFileSync(done, stamp);
        step.result(printed.at(-1) ?? "");
      },
    })),
  );
}

async function runEnvironmentCommand(
  { repository, folder, people }: GithubScenario,
  step: Step,
  key: ScenarioEnvironment,
  createCommand: (context: CommandContext) => ReturnType<typeof bootstrapCommand>,
  args: readonly string[],
): Promise<readonly string[]> {
  const printed: string[] = [];
  const context = unattendedContext({
    root: repository.folder,
    folder,
    variables: async () => people[key],
    print: (line) => {
      printed.push(line);
      step.print(line);
    },
  });
  await createCommand(context)
    .exitOverride()
    .parseAsync([...args], { from: "user" });
  return printed;
}
