import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { fakeGithub } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import {
  issuerKeys,
  type LocalAws,
  localVariables,
  openTokenIssuer,
  processesIn,
  stopProcess,
  thisHost,
} from "@slipway/local-aws";
import { githubEvents } from "../../act/events.ts";
import type { RunnerService } from "../../act/runner-service.ts";
import type { CommandContext } from "../../command-context.ts";
import type { Prerequisites } from "../../local/prerequisites.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { type OtherApp, otherRepository } from "../other-project.ts";
import { openScenarioRepository, type ScenarioRepository } from "../repository.ts";
import { dockerfileChanges, ownApp } from "./app-changes.ts";
import { type GithubScenario, readEnvironments } from "./context.ts";
import { runSlipway } from "./person.ts";

export interface GithubScenarioRequest {
  readonly context: CommandContext;
  readonly reporter: Reporter;
  readonly tools: Pick<Prerequisites, "cliConfiguration">;
  readonly aws: LocalAws;
  /** Path of act, once it is built. */
  readonly act: Promise<string>;
  readonly service: RunnerService;
  /** Another project in the place of our app. */
  readonly other: OtherApp | undefined;
}

/** Creates the temporary repository, the fake GitHub and the local runner. */
export async function openGithubScenario(request: GithubScenarioRequest): Promise<GithubScenario> {
  const { reporter, tools, aws, act, service, other } = request;
  const { home, signal } = request.context;
  const settings = other === undefined ? environment("staging").github : otherRepository(other);
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
  const folder = other === undefined ? home.path("github") : home.path("github", "apps", other.project);
  for (const process of processesIn(folder)) await stopProcess(process, 20);
  for (const name of ["runs", "artifacts"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const repository = await openRepository(request, folder);
  const environments = readEnvironments(repository.folder);
  const { app } = environments.staging;
  const github = await fakeGithub();
  const fullName = `${settings.owner}/${settings.name}`;
  const ids = { ownerId: Number(settings.ownerId), repositoryId: Number(settings.id) };
  const variablesOf = (key: keyof typeof environments) =>
    localVariables(home.variables, { ...environments[key], endpoint: aws.endpoint });
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
    environments,
    app: {
      own: other === undefined,
      changes: other === undefined ? ownApp : dockerfileChanges(app.dockerfile, app.target),
      secrets: other?.secrets ?? {},
    },
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
      github: { url: github.url, token: "ghs_write" },
      // All load balancers of the local AWS answer on its port.
      vars: { CHECK_CONNECT_TO: `127.0.0.1:${aws.port}` },
      sign: openTokenIssuer(issuerKeys(home)).sign,
      folder,
      signal,
    },
    signal,
  };
}

/** The repository of the scenario, with the app as it is on disk. */
async function openRepository(
  { context: { home, signal }, reporter, other }: GithubScenarioRequest,
  folder: string,
): Promise<ScenarioRepository> {
  return reporter.step("Repository", async (step) => {
    const repository = await openScenarioRepository(home, join(folder, "repository"), {
      other,
      // Ours is committed with all that derives from it.
      complete: async (path) => {
        if (other === undefined) return;
        const command = { repository: path, home: join(folder, "person"), variables: home.variables, signal };
        await runSlipway({ ...command, arguments: ["check", "--update"], print: step.print });
      },
    });
    const { app } = readEnvironments(repository.folder).staging;
    await repository.checkout("main");
    if (await repository.restore(app.folder))
      step.print("a scenario that was stopped had left another app on main: put back");
    const what = other === undefined ? "what is on disk" : `what is on disk, with ${other.project} in ${app.folder}`;
    step.result(repository.fresh ? `a throw-away copy of ${what}` : "as the last scenario left it");
    return repository;
  });
}
