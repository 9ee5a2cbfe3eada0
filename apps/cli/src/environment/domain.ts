import { Failure, type Variables } from "@slipway/core";
import { delegationExitCode, stackZones } from "@slipway/domains";
import { type Environment, environment, environmentKeys } from "@slipway/infra";
import type { Engine, Stack } from "@slipway/terraform";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type DomainReport, domainReport } from "./domain-report.ts";
import { environmentDns } from "./environment-dns.ts";
import { checkAccount, knownEnvironment, openEnvironment } from "./open-environment.ts";

/** `domain <environment>`: whether the world finds its zones, and what to enter where; changes nothing. */
export function domainCommand(context: CommandContext): Command {
  return new Command("domain")
    .description("show whether the world finds an environment's zones, and which name servers to enter where")
    .argument("<environment>")
    .addHelpText(
      "after",
      "\nEnds with 0 when every zone is handed over, and with 3 while a person has to do something.",
    )
    .action(async (key: string) => await domain(context, key));
}

async function domain(context: CommandContext, key: string): Promise<void> {
  const target = knownEnvironment(key);
  if (target.domain === undefined) {
    throw new Failure(
      `environment (${key}) must have a domain, without which it answers by HTTP alone`,
      'add domain: { zones: { "example.com": { source: "create" } } } to it in environments.ts',
    );
  }
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const report = await openDomainReport(context, target, variables);
  for (const line of report.lines) context.print(line);
  if (report.pending) {
    context.print("\nWhen DNS has it, what was stopped goes on by the same command.");
  } else if (report.complete) {
    context.print("\nEvery zone is handed over: certificates can be issued.");
  }
  if (!report.complete || report.pending) process.exitCode = delegationExitCode;
}

/** Opens the environment's stacks first. Credentials must be of its account. */
export async function openDomainReport(
  context: CommandContext,
  target: Environment,
  variables: Variables,
): Promise<DomainReport> {
  const { engine, stacks } = await openEnvironment(context, target, variables, context.home.path(target.key));
  return environmentReport({ target, engine, stacks, variables });
}

export interface EnvironmentReportRequest {
  readonly target: Pick<Environment, "key">;
  readonly engine: Pick<Engine, "outputs">;
  readonly stacks: readonly Stack[];
  readonly variables: Variables;
}

/** The report of stacks that are open. */
export async function environmentReport(request: EnvironmentReportRequest): Promise<DomainReport> {
  const { target, engine, stacks, variables } = request;
  const [found, asking] = await Promise.all([stackZones(engine, stacks), environmentDns(target.key, variables)]);
  const environments = environmentKeys.map((key) => environment(key));
  return domainReport({ ...found, ...asking, environments });
}
