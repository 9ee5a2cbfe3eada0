import { posix } from "node:path";
import type { Environment, Service } from "./environment.ts";
import { environment, environmentKeys } from "./environments.ts";

/** Values of one environment that the workflows need before any stack is applied. They are names and numbers, nothing secret. */
export interface WorkflowEnvironment {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Bucket of its states, and of the bundles that a rollback runs. */
  readonly bucket: string;
  /** ARNs of the roles that jobs take: one plans, one applies, one deploys. */
  readonly roles: { readonly plan: string; readonly apply: string; readonly deploy: string };
  /** Where its images are: the environment whose jobs push there, and the repository. */
  readonly registry: {
    readonly environment: string;
    /** Of the environment whose jobs push. */
    readonly account: string;
    readonly region: string;
    readonly repository: string;
    /** Account of the repository, where that is another. */
    readonly registryId?: string;
    /** ARN of the role that pushes. */
    readonly role: string;
  };
  readonly app: WorkflowApp;
  /** In the order in which they are deployed. */
  readonly services: Readonly<Record<string, WorkflowService>>;
}

/** How the image is built; paths are from the repository's root. */
export interface WorkflowApp {
  readonly folder: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform: "linux/amd64" | "linux/arm64";
}

export interface WorkflowService {
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
  /** Absent where no load balancer asks it. */
  readonly port?: number;
  readonly healthCheckPath?: string;
  readonly versionPath?: string;
}

/** The environments that workflows plan and apply, by key: those whose state is in S3. */
export function workflowEnvironments(): Readonly<Record<string, WorkflowEnvironment>> {
  const all = environmentKeys
    .map((key) => environment(key))
    .flatMap((each) => (each.stateBucket === undefined ? [] : [workflowEnvironment(each, each.stateBucket)]));
  return Object.fromEntries(all);
}

function workflowEnvironment(each: Environment, bucket: string): [string, WorkflowEnvironment] {
  const { name, account, region, registry, repository, services } = each;
  const own = {
    name,
    account,
    region,
    bucket,
    roles: {
      plan: roleArn(account, `${name}-plan`),
      apply: roleArn(account, `${name}-apply`),
      deploy: roleArn(account, `${name}-deploy`),
    },
    registry: registryOf(registry, repository),
    app: workflowApp(each),
    services: Object.fromEntries(
      Object.entries(services).map(([key, service]) => [key, workflowService(name, key, service)]),
    ),
  };
  return [each.key, own];
}

/** How the image of an environment is built, by the paths from the repository's root. */
export function workflowApp({ app, services }: Pick<Environment, "app" | "services">): WorkflowApp {
  const { folder, context, dockerfile, target, buildArgs } = app;
  // They all have the same, and where there is none yet, nothing is deployed.
  const [first] = Object.values(services);
  return {
    folder,
    context: posix.join(folder, context),
    dockerfile: posix.join(folder, dockerfile),
    ...(target !== undefined && { target }),
    buildArgs,
    platform: first?.architecture === "ARM64" ? "linux/arm64" : "linux/amd64",
  };
}

function registryOf(
  key: string,
  { account, region, name }: Environment["repository"],
): WorkflowEnvironment["registry"] {
  const owner = environment(key);
  return {
    environment: key,
    account: owner.account,
    region,
    repository: name,
    ...(account !== owner.account && { registryId: account }),
    role: roleArn(owner.account, `${owner.name}-deploy`),
  };
}

function workflowService(
  name: string,
  key: string,
  { containerName, port, healthCheckPath, versionPath }: Service,
): WorkflowService {
  return {
    cluster: name,
    service: `${name}-${key}`,
    container: containerName,
    ...(port !== undefined && { port }),
    ...(healthCheckPath !== undefined && { healthCheckPath }),
    ...(versionPath !== undefined && { versionPath }),
  };
}

function roleArn(account: string, role: string): string {
  return `arn:aws:iam::${account}:role/${role}`;
}
