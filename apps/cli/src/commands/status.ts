import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { environment } from "@slipway/infra";
import {
  findLocalAws,
  type LocalAws,
  localAwsLog,
  localVariables,
  lockHolder,
  npmCommand,
  type SlipwayHome,
} from "@slipway/local-aws";
import type { Outputs } from "@slipway/terraform";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type Address, requestApp } from "../local/app-probe.ts";
import { awsReads } from "../local/aws-reads.ts";
import { serviceUrl } from "../local/delivery.ts";
import { short } from "../local/deploy.ts";
import { entrance } from "../local/entrance.ts";
import { runCommand } from "./run-command.ts";

export function statusCommand(root: string): Command {
  return new Command("status")
    .description("show what is up")
    .action(() => runCommand({ name: "status", root, work: status }));
}

/** `npm run status`: shows the status of the local AWS, stacks and services; the last line is the result and the next command. */
async function status({ home, print }: CommandContext): Promise<void> {
  const local = environment("local");
  const aws = await findLocalAws(home);
  const projects = projectStates(home, local.project);
  const holder = lockHolder(home.folder);
  if (holder !== undefined)
    print(`Now        \`${npmCommand(holder.command)}\` (process ${holder.pid}) is at work: what follows may change`);
  if (aws === undefined) {
    print("Local AWS  is not running");
    if (projects.length > 0)
      print("           its saved memory is there: `npm start` brings everything back, `npm run down` removes it");
    else print("           `npm start` starts it and delivers the app");
    return;
  }
  const { pid } = aws.process;
  print(
    `Local AWS  ${aws.endpoint}, process ${pid}, ministack ${aws.version}, instance ${aws.instanceId}, boot ${aws.boot}`,
  );
  const variables = localVariables(home.variables, {
    endpoint: aws.endpoint,
    account: local.account,
    region: local.region,
  });
  const troubles: string[] = [];
  const seen = { aws, reads: awsReads(variables) };
  for (const project of projects) troubles.push(...(await printProject(project, seen, print)));
  print("");
  if (projects.length === 0) print("Nothing is delivered yet: `npm start`.");
  else if (troubles.length === 0) print("✔ All is up.");
  else {
    for (const trouble of troubles) print(`✖ ${trouble}`);
    print(`  Repair: \`npm start -- --no-drill\` (add --app DIR for another project). Log: ${localAwsLog(home)}`);
  }
}

/** Prints the status of a project and returns its problems. */
async function printProject(
  { project, stacks }: ProjectState,
  { aws, reads }: { readonly aws: LocalAws; readonly reads: ReturnType<typeof awsReads> },
  print: (line: string) => void,
): Promise<readonly string[]> {
  const troubles: string[] = [];
  print(`\n${project}`);
  for (const { name, resources, sha256 } of stacks) {
    const how = sha256 === undefined ? "not finished" : `JSON ${sha256.slice(0, 8)}`;
    if (sha256 === undefined) troubles.push(`${project}: the last apply of stack ${name} did not finish`);
    print(`  stack    ${name.padEnd(12)} ${String(resources).padStart(3)} resources  ${how}`);
  }
  const outputs = stacks.find(({ name }) => name === "service")?.outputs ?? {};
  const loadBalancer = outputs.load_balancer_dns_name;
  const reach = await entrance(aws, outputs.url);
  const services = Object.entries((outputs.services ?? {}) as Record<string, Outputs>);
  if (services.length === 0) troubles.push(`${project}: no service is applied`);
  for (const [key, value] of services) {
    const [cluster, service, container] = [value.cluster, value.service, value.container_name].map(String) as [
      string,
      string,
      string,
    ];
    const state = await reads.serviceState(cluster, service);
    if (state === undefined || state.status !== "ACTIVE") {
      print(`  service  ${key}: gone, although the state holds it`);
      troubles.push(`${project}: service ${key} is gone`);
      continue;
    }
    const digests = await reads.runningDigests(cluster, service, container);
    const revision = state.taskDefinition.split("/").at(-1);
    const count = `${state.running} of ${state.desired} running`;
    print(`  service  ${key}: ${count}, ${revision}, ${digests.map(short).join(" and ") || "no image"}`);
    if (state.desired === 0) troubles.push(`${project}: service ${key} was never deployed`);
    else if (state.running !== state.desired) troubles.push(`${project}: service ${key} has ${count}`);
    if (digests.length > 1)
      troubles.push(`${project}: service ${key} runs ${digests.length} images: a deployment goes on`);
    // A service without load balancer answers nobody.
    if (typeof loadBalancer !== "string" || value.health_check_path === undefined) continue;
    const host = String(value.host ?? loadBalancer);
    const address = reach(host);
    const response = await healthResponse(address, String(value.health_check_path));
    print(`  answers  ${response} at ${shownAddress(address, value.host !== undefined)}`);
    if (!/→ [23]\d\d$/.test(response)) troubles.push(`${project}: service ${key} does not answer (${response})`);
  }
  return troubles;
}

function shownAddress({ host, port, authority }: Address, hasOwnName: boolean): string {
  if (authority !== undefined) return `https://${host}:${port}`;
  return hasOwnName ? host : serviceUrl(host, port);
}

async function healthResponse(address: Address, path: string): Promise<string> {
  const response = await requestApp(address, path, { timeoutMs: 3000 }).then(
    ({ status: code }) => String(code),
    (error: Error) => error.message,
  );
  return `${path} → ${response}`;
}

/** Data of one stack from its local Terraform state. */
interface StackState {
  readonly name: string;
  readonly resources: number;
  /** Hash of the JSON that was applied last; undefined when an apply did not finish. */
  readonly sha256: string | undefined;
  readonly outputs: Outputs;
}

interface ProjectState {
  readonly project: string;
  readonly stacks: readonly StackState[];
}

/** State of the own app first, then of every other project in this SlipwayHome. */
function projectStates(home: SlipwayHome, ownProject: string): readonly ProjectState[] {
  const folders = [home.path("local"), ...children(home.path("apps"))];
  return folders
    .map((folder, index) => ({ project: index === 0 ? ownProject : basename(folder), stacks: stackStates(folder) }))
    .filter(({ stacks }) => stacks.length > 0);
}

function stackStates(folder: string): StackState[] {
  return children(join(folder, "state"))
    .filter((path) => path.endsWith(".tfstate"))
    .sort()
    .map((path) => {
      const name = basename(path, ".tfstate");
      const state = json(path) as {
        resources?: { mode: string; instances?: unknown[] }[];
        outputs?: Record<string, { value: unknown }>;
      };
      const resources = (state.resources ?? []).filter(({ mode }) => mode === "managed");
      return {
        name,
        resources: resources.reduce((sum, { instances = [] }) => sum + instances.length, 0),
        sha256: (json(join(folder, "applied", `${name}.json`)) as { sha256?: string }).sha256,
        outputs: Object.fromEntries(Object.entries(state.outputs ?? {}).map(([key, { value }]) => [key, value])),
      };
    });
}

const children = (folder: string) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

function json(path: string): object {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as object;
  } catch {
    return {};
  }
}
