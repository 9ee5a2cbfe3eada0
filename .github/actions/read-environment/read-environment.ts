import { readFile } from "node:fs/promises";
import { ActionFailure, type ActionResult, type Log, withCommit } from "@slipway/core";
import { foreignHostError } from "@slipway/core/github-host";
import * as z from "zod/mini";

export interface ReadEnvironmentInput {
  readonly environment: string;
  /** Empty for none. */
  readonly service: string;
  /** Empty before anything was applied. */
  readonly outputsPath: string;
  readonly file: string;
  /** Commit that is checked out. */
  readonly commit: string;
  /** Address of the GitHub that runs the job. */
  readonly serverUrl: string;
}

const app = z.object({
  folder: z.string(),
  context: z.string(),
  dockerfile: z.string(),
  target: z.optional(z.string()),
  buildArgs: z.record(z.string(), z.string()),
  platform: z.string(),
});

const service = z.object({
  cluster: z.string(),
  service: z.string(),
  container: z.string(),
  port: z.optional(z.number()),
  healthCheckPath: z.optional(z.string()),
  versionPath: z.optional(z.string()),
});

const environment = z.object({
  account: z.string(),
  region: z.string(),
  roles: z.object({ plan: z.string(), apply: z.string(), deploy: z.string() }),
  registry: z.object({
    environment: z.string(),
    account: z.string(),
    region: z.string(),
    repository: z.string(),
    registryId: z.optional(z.string()),
    role: z.string(),
  }),
  app,
  services: z.record(z.string(), service),
});

const environments = z.record(z.string(), environment);

const siteOutputs = z.object({
  "static-site": z.optional(z.object({ static_bucket: z.string(), static_distribution_id: z.string() })),
});

const stackOutputs = z.object({
  service: z.object({
    url: z.string(),
    load_balancer_dns_name: z.optional(z.string()),
    services: z.record(
      z.string(),
      z.object({
        template_task_definition: z.string(),
        desired_count: z.number(),
        migrate_command: z.optional(z.array(z.string())),
        host: z.optional(z.string()),
      }),
    ),
  }),
});

/** What a workflow needs of an environment, without an account number in any workflow. */
export async function readEnvironment(input: ReadEnvironmentInput, log: Log): Promise<ActionResult> {
  const wrong = foreignHostError({ GITHUB_SERVER_URL: input.serverUrl });
  if (wrong !== undefined) throw new ActionFailure("github-elsewhere", wrong.what, wrong.next);
  const all = await read("file", input.file, environments, "print it anew: UPDATE_GOLDEN=1 npm run test:unit");
  const found = pick("environment", input.environment, all, input.file);
  const { account, region, roles, registry, services } = found;
  const outputs: Record<string, string> = {
    account,
    region,
    "plan-role": roles.plan,
    "apply-role": roles.apply,
    "deploy-role": roles.deploy,
    "registry-environment": registry.environment,
    "registry-account": registry.account,
    "registry-region": registry.region,
    "registry-role": registry.role,
    "registry-id": registry.registryId ?? "",
    repository: registry.repository,
    services: JSON.stringify(Object.keys(services)),
    cluster: Object.values(services)[0]?.cluster ?? "",
    "ecs-services": Object.values(services)
      .map((each) => each.service)
      .join(","),
    ...(await imageOutputs(found, input.commit)),
  };
  if (input.outputsPath !== "") Object.assign(outputs, await staticSite(input.outputsPath));
  if (input.service !== "") {
    const its = pick("service", input.service, services, input.file);
    Object.assign(outputs, serviceOutputs(its), input.outputsPath === "" ? {} : await applied(input, its));
  }
  for (const [name, value] of Object.entries(outputs)) log.info(`${name}: ${value}`);
  return { outputs, summary: "" };
}

/** How the image is built, and what is expected of it. */
async function imageOutputs(
  { app: { folder, context, dockerfile, target, buildArgs, platform }, services }: z.infer<typeof environment>,
  commit: string,
): Promise<Record<string, string>> {
  // Only the job that builds it has the app checked out, and only there does anybody ask for the arguments.
  const text = await readFile(dockerfile, "utf8").catch(() => "");
  const port = Object.values(services).find((each) => each.port !== undefined)?.port;
  return {
    "app-folder": folder,
    context,
    dockerfile,
    target: target ?? "",
    "build-args": Object.entries(withCommit(buildArgs, text, commit))
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
    platform,
    "image-port": port === undefined ? "" : String(port),
  };
}

function serviceOutputs(found: z.infer<typeof service>): Record<string, string> {
  return {
    cluster: found.cluster,
    service: found.service,
    container: found.container,
    port: found.port === undefined ? "" : String(found.port),
    "health-check-path": found.healthCheckPath ?? "",
    "version-path": found.versionPath ?? "",
  };
}

/** Where static files go; nothing where the environment has no static site. */
async function staticSite(path: string): Promise<Record<string, string>> {
  const { "static-site": site } = await read("outputs-path", path, siteOutputs, writtenByApply);
  return { "static-bucket": site?.static_bucket ?? "", "static-distribution": site?.static_distribution_id ?? "" };
}

const writtenByApply = "give the file that apply-plan wrote";

/** What only the stacks know. */
async function applied(
  input: ReadEnvironmentInput,
  { port }: z.infer<typeof service>,
): Promise<Record<string, string>> {
  const stacks = await read("outputs-path", input.outputsPath, stackOutputs, writtenByApply);
  const { url, load_balancer_dns_name: loadBalancer, services } = stacks.service;
  const found = pick("service", input.service, services, input.outputsPath);
  return {
    "task-definition": found.template_task_definition,
    "desired-count": String(found.desired_count),
    "migrate-command": found.migrate_command === undefined ? "" : JSON.stringify(found.migrate_command),
    // Nothing answers for a service without load balancer.
    ...(port === undefined ? { url: "", "connect-to": "" } : address(url, found.host, loadBalancer)),
  };
}

/** Where a service answers; by a name of its own, which need not lead to the load balancer yet, if its rule wants one. */
function address(url: string, host: string | undefined, loadBalancer: string | undefined): Record<string, string> {
  if (host === undefined) return { url, "connect-to": "" };
  const { protocol, hostname } = new URL(url);
  const port = protocol === "https:" ? 443 : 80;
  return { url: `${protocol}//${host}`, "connect-to": `${loadBalancer ?? hostname}:${port}` };
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
