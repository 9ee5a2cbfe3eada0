import { environment } from "@slipway/infra";
import type { Outputs } from "@slipway/infra/engine";
import { findLocalAws, type LocalAws } from "../aws/local-aws.ts";
import { localVariables } from "../aws/local-variables.ts";
import { askApp } from "../delivery/ask-app.ts";
import { awsReads } from "../delivery/aws-reads.ts";
import { short } from "../delivery/check-app.ts";
import { serviceUrl } from "../delivery/service-url.ts";
import type { CommandContext } from "./command-context.ts";
import { type ProjectState, projectStates } from "./project-state.ts";

/** `npm run status`: what is up, read from the local AWS and the state files. */
export async function status({ workspace }: CommandContext): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const local = environment("local");
  const aws = await findLocalAws(workspace);
  const projects = projectStates(workspace, local.project);
  if (aws === undefined) {
    say("Local AWS  is not running");
    if (projects.length > 0)
      say("           its saved memory is there: `npm start` brings everything back, `npm run down` removes it");
    else say("           `npm start` starts it and delivers the app");
    return;
  }
  const { pid } = aws.process;
  say(
    `Local AWS  ${aws.endpoint}, process ${pid}, ministack ${aws.version}, incarnation ${aws.incarnation}, boot ${aws.boot}`,
  );
  const variables = localVariables(workspace.variables, {
    endpoint: aws.endpoint,
    account: local.account,
    region: local.region,
  });
  for (const project of projects) await tellProject(project, aws, awsReads(variables), say);
}

async function tellProject(
  { project, stacks }: ProjectState,
  aws: LocalAws,
  reads: ReturnType<typeof awsReads>,
  say: (line: string) => void,
): Promise<void> {
  say(`\n${project}`);
  for (const { name, resources, sha256 } of stacks) {
    say(
      `  stack    ${name.padEnd(10)} ${String(resources).padStart(3)} resources  ${sha256 === undefined ? "not finished" : sha256.slice(0, 8)}`,
    );
  }
  const outputs = stacks.find(({ name }) => name === "service")?.outputs ?? {};
  const host = outputs.load_balancer_dns_name;
  for (const [key, value] of Object.entries((outputs.services ?? {}) as Record<string, Outputs>)) {
    const [cluster, service, container] = [value.cluster, value.service, value.container_name].map(String) as [
      string,
      string,
      string,
    ];
    const state = await reads.serviceState(cluster, service);
    if (state === undefined) {
      say(`  service  ${key}: gone, although the state holds it; \`npm start\` makes it anew`);
      continue;
    }
    const digests = await reads.runningDigests(cluster, service, container);
    const revision = state.taskDefinition.split("/").at(-1);
    say(
      `  service  ${key}: ${state.running} of ${state.desired} running, ${revision}, ${digests.map(short).join(" and ") || "no image"}`,
    );
    if (typeof host === "string")
      say(
        `  answers  ${await answer(host, aws.port, String(value.health_check_path))} at ${serviceUrl(host, aws.port)}`,
      );
  }
}

async function answer(host: string, port: number, path: string): Promise<string> {
  const told = await askApp({ host, port }, path, { timeoutMs: 3000 }).then(
    ({ status: code }) => String(code),
    (error: Error) => error.message,
  );
  return `${path} → ${told}`;
}
