import { secretReference, taskRoleNames } from "@slipway/container";
import { versionedBucketName } from "@slipway/network";
import {
  ApplyRole,
  type DeployedService,
  DeployRole,
  type EnvironmentParts,
  type EnvironmentScope,
  GithubOidc,
  PermissionsBoundary,
  PlanRole,
  roleKinds,
  rolePath,
} from "@slipway/pipeline";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { bootstrapStacks } from "../bootstrap-stacks.ts";
import { type Environment, hasUploads, repositoryArn } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

export interface AccessStackProps {
  readonly github: NonNullable<Environment["github"]>;
  readonly stateBucket: string;
}

/**
 * IAM roles for GitHub Actions jobs in one environment. Only `bootstrap`, run by a person with their own credentials,
 * applies this stack, so no job can change its own permissions.
 */
export class AccessStack extends BaseStack {
  constructor(scope: Construct, id: string, environment: Environment, { github, stateBucket }: AccessStackProps) {
    super(scope, id, environment);
    const { key, name, account, region, githubProvider: provider, network } = environment;
    const state = { bucketArn: `arn:aws:s3:::${stateBucket}`, statePrefix: `${key}/`, promisePrefix: "promises/" };
    const parts = environmentParts(environment);
    const environmentScope: EnvironmentScope = { name, account, region, state, parts };
    const oidc = new GithubOidc(this, "github", { repository: github, provider });
    const boundary = new PermissionsBoundary(this, "boundary", {
      environmentScope,
      secrets: secretsElsewhere(environment),
    });
    for (const kind of roleKinds(environmentScope)) {
      if (kind !== "tasks") new PermissionsBoundary(this, `boundary-${kind}`, { environmentScope, kind });
    }
    const plan = new PlanRole(this, "plan", { github: oidc, ref: `refs/heads/${github.branch}`, environmentScope });
    const apply = new ApplyRole(this, "apply", {
      github: oidc,
      githubEnvironment: key,
      environmentScope,
      protectedKeys: bootstrapStacks.map((stack) => `${key}/${stack}.*`),
      ...(network !== undefined && { existingVpcId: network.vpcId }),
    });
    const deploy = new DeployRole(this, "deploy", {
      github: oidc,
      githubEnvironment: key,
      environmentScope,
      cluster: name,
      services: Object.keys(environment.services).map((service) => deployed(environment, service)),
      images: { repositoryArn: repositoryArn(environment), push: environment.registry === key },
      ...(parts.staticBucketArn !== undefined && { staticBucketArn: parts.staticBucketArn }),
    });
    // apply-plan reads this output and skips the stack.
    new TerraformOutput(this, "applied_by", { value: "bootstrap" });
    new TerraformOutput(this, "plan_role_arn", { value: plan.role.arn });
    new TerraformOutput(this, "apply_role_arn", { value: apply.role.arn });
    new TerraformOutput(this, "deploy_role_arn", { value: deploy.role.arn });
    new TerraformOutput(this, "permissions_boundary_arn", { value: boundary.policy.arn });
  }
}

function deployed({ name, account, services }: Environment, key: string): DeployedService {
  const service = `${name}-${key}`;
  const { task, execution } = taskRoleNames(service);
  const role = (roleName: string) => `arn:aws:iam::${account}:role${rolePath(name)}${roleName}`;
  return {
    name: service,
    logGroup: `/ecs/${service}`,
    taskRoleArn: role(task),
    executionRoleArn: role(execution),
    migrates: services[key]?.migrateCommand !== undefined,
    shell: services[key]?.shell === true,
  };
}

/** Secrets of services whose names do not begin with the environment's name. */
function secretsElsewhere({ name, account, region, services }: Environment): readonly string[] {
  const names = Object.values(services).flatMap(({ secrets }) => Object.entries(secrets));
  const elsewhere = names
    .filter(([, secret]) => !secret.startsWith(`/${name}/`))
    .map(([variable, secret]) =>
      secretReference(
        variable,
        secret.startsWith("/") ? `arn:aws:ssm:${region}:${account}:parameter${secret}` : secret,
      ),
    );
  return [...new Set(elsewhere.map(({ resource }) => resource))].sort();
}

/** What an environment has beyond network, images and services, by names: the roles are made before any of it. */
function environmentParts(environment: Environment): EnvironmentParts {
  const { name, account, protection, domain, api, flowLogs = "none" } = environment;
  const bucket = (purpose: "media" | "static") => `arn:aws:s3:::${versionedBucketName({ name, purpose, account })}`;
  return {
    ...(domain !== undefined && { domains: Object.keys(domain.zones) }),
    ...(domain?.static !== undefined && { staticBucketArn: bucket("static") }),
    ...(hasUploads(environment) && { mediaBucketArn: bucket("media") }),
    bucketRemoval: protection === "none" ? "with-objects" : "empty",
    httpApi: domain?.api !== undefined && api !== undefined ? "functions" : "none",
    flowLogs: flowLogs === "none" ? "none" : "logged",
  };
}
