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
import { openScenarioRepository } from "../repository.ts";
import { type GithubScenario, readEnvironments } from "./context.ts";
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
  for (const process of processesIn(folder)) await stopProcess(process, 20);
  for (const name of ["runs", "artifacts"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const repository = await reporter.step("Repository", async (step) => {
    const opened = await openScenarioRepository(home, join(folder, "repository"));
    if (await restoreApp(opened)) step.print("a scenario that was stopped had left another app on main: put back");
    step.result(opened.fresh ? "a throw-away copy of what is on disk" : "as the last scenario left it");
    return opened;
  });
  const environments = readEnvironments(repository.folder);
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
