import { readFile } from "node:fs/promises";
import { ActionFailure, type ActionResult, type Log } from "@slipway/core";
import * as z from "zod/mini";

export interface ReadEnvironmentInput {
  readonly environment: string;
  /** Empty for none. */
  readonly service: string;
  /** Empty before anything was applied. */
  readonly outputsPath: string;
  readonly file: string;
}

const service = z.object({
  cluster: z.string(),
  service: z.string(),
  container: z.string(),
  port: z.number(),
  healthCheckPath: z.string(),
  versionPath: z.optional(z.string()),
});

const environments = z.record(
  z.string(),
  z.object({
    account: z.string(),
    region: z.string(),
    roles: z.object({ plan: z.string(), apply: z.string(), deploy: z.string() }),
    registry: z.object({
      environment: z.string(),
      account: z.string(),
      region: z.string(),
      repository: z.string(),
      role: z.string(),
    }),
    services: z.record(z.string(), service),
  }),
);

const stackOutputs = z.object({
  service: z.object({
    url: z.string(),
    services: z.record(
      z.string(),
      z.object({
        template_task_definition: z.string(),
        desired_count: z.number(),
        migrate_command: z.optional(z.array(z.string())),
      }),
    ),
  }),
});

/** What a workflow needs of an environment, without an account number in any workflow. */
export async function readEnvironment(input: ReadEnvironmentInput, log: Log): Promise<ActionResult> {
  const all = await read("file", input.file, environments, "print it anew: UPDATE_GOLDEN=1 npm run test:unit");
  const found = pick("environment", input.environment, all, input.file);
  const { account, region, roles, registry, services } = found;
  const outputs = {
    account,
    region,
    "plan-role": roles.plan,
    "apply-role": roles.apply,
    "deploy-role": roles.deploy,
    "registry-environment": registry.environment,
    "registry-account": registry.account,
    "registry-region": registry.region,
    "registry-role": registry.role,
    repository: registry.repository,
    services: JSON.stringify(Object.keys(services)),
    ...(input.service === "" ? {} : serviceOutputs(pick("service", input.service, services, input.file))),
    ...(input.outputsPath === "" ? {} : await applied(input)),
  };
  for (const [name, value] of Object.entries(outputs)) log.info(`${name}: ${value}`);
  return { outputs, summary: "" };
}

function serviceOutputs(found: z.infer<typeof service>): Record<string, string> {
  return {
    cluster: found.cluster,
    service: found.service,
    container: found.container,
    port: String(found.port),
    "health-check-path": found.healthCheckPath,
    "version-path": found.versionPath ?? "",
  };
}

/** What only the stacks know. */
async function applied(input: ReadEnvironmentInput): Promise<Record<string, string>> {
  const stacks = await read("outputs-path", input.outputsPath, stackOutputs, "give the file that apply-plan wrote");
  const { url, services } = stacks.service;
  const found = pick("service", input.service, services, input.outputsPath);
  return {
    "task-definition": found.template_task_definition,
    "desired-count": String(found.desired_count),
    "migrate-command": found.migrate_command === undefined ? "" : JSON.stringify(found.migrate_command),
    url,
  };
}

function pick<T>(name: string, key: string, all: Readonly<Record<string, T>>, file: string): T {
  const found = Object.hasOwn(all, key) ? all[key] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(all).join(", ") || "nothing";
  throw new ActionFailure(
    "input-invalid",
    `Input \`${name}\` (${key}) must be in ${file}, which has ${known}`,
    "correct it under `with:`",
  );
}

async function read<T extends z.ZodMiniType>(
  name: string,
  path: string,
  schema: T,
  remedy: string,
): Promise<z.infer<T>> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    const text = error instanceof z.core.$ZodError ? z.prettifyError(error) : (error as Error).message;
    const why = text
      .split("\n")
      .map((line) => line.trim())
      .join(" ");
    throw new ActionFailure(
      "input-invalid",
      `Input \`${name}\` (${path}) must be a file of the expected shape (${why})`,
      remedy,
      { cause: error },
    );
  }
}
