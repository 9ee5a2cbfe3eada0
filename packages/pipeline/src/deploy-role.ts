import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import { denyOtherRoles, denySecrets } from "./deny-statements.ts";
import type { DeployedService, EnvironmentScope } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";
import { bundleReaderStatements } from "./state-access.ts";

export interface DeployRoleProps {
  readonly github: GithubOidc;
  /** The GitHub environment whose jobs deploy and roll back; it is limited to the main branch. */
  readonly githubEnvironment: string;
  readonly environmentScope: EnvironmentScope;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly services: readonly DeployedService[];
  /** Where the images are; pushing is for the environment that owns them. */
  readonly images: { readonly repositoryArn: string; readonly push: boolean };
  /** ARN of the bucket that static files are published to. @default none, and nothing is */
  readonly staticBucketArn?: string;
  /** @default 60 */
  readonly sessionMinutes?: number;
}

/** The role `<name>-deploy`: what push-image, publish-static, write-image-definitions, deploy-service, check-service and rollback-service call for these services, and no more. */
export class DeployRole extends Construct {
  readonly role: GithubRole;

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { github, githubEnvironment, environmentScope, sessionMinutes } = props;
    this.role = new GithubRole(this, "role", {
      name: `${environmentScope.name}-deploy`,
      description: `Deploys and rolls back the services of ${environmentScope.name}`,
      github,
      jobs: { environment: githubEnvironment },
      statements: deployStatements(props),
      ...(sessionMinutes !== undefined && { sessionMinutes }),
    });
  }
}

type DeployTarget = Pick<DeployRoleProps, "environmentScope" | "cluster" | "services" | "images" | "staticBucketArn">;

/** The union of the policies in the READMEs of the actions that deploy, for these services; and reading what a rollback runs. */
function deployStatements(target: DeployTarget): readonly PolicyStatement[] {
  const { environmentScope, cluster, services, images, staticBucketArn } = target;
  const { account, region } = environmentScope;
  const ecs = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
  const each = (resource: (service: DeployedService) => string) => services.map(resource);
  const names = each(({ name }) => ecs(`service/${cluster}/${name}`));
  const families = each(({ name }) => ecs(`task-definition/${name}:*`));
  return [
    statement.allow("Services", ["ecs:DescribeServices", "ecs:ListServiceDeployments"], names),
    ...updateStatements({ environmentScope, cluster, services }),
    statement.allow(
      "Deployments",
      ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:StopServiceDeployment"],
      [
        ...each(({ name }) => ecs(`service-deployment/${cluster}/${name}/*`)),
        ...each(({ name }) => ecs(`service-revision/${cluster}/${name}/*`)),
      ],
    ),
    statement.allow("ListTasks", ["ecs:ListTasks"], "*", { ArnEquals: { "ecs:cluster": ecs(`cluster/${cluster}`) } }),
    statement.allow("Tasks", ["ecs:DescribeTasks"], ecs(`task/${cluster}/*`)),
    // IAM knows no resource for these.
    statement.allow("Revisions", ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"], "*"),
    statement.allow("Register", ["ecs:RegisterTaskDefinition"], families),
    statement.allow("Remember", ["ecs:TagResource"], [...names, ...families]),
    statement.allow(
      "PassToTasks",
      ["iam:PassRole"],
      services.flatMap(({ taskRoleArn, executionRoleArn }) => [taskRoleArn, executionRoleArn]),
      { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    ),
    statement.allow(
      "Logs",
      ["logs:GetLogEvents"],
      each(({ logGroup }) => `arn:aws:logs:${region}:${account}:log-group:${logGroup}:log-stream:*`),
    ),
    ...migrationStatements({ environmentScope, cluster, services }),
    ...imageStatements(images),
    ...(staticBucketArn === undefined ? [] : staticStatements(target, staticBucketArn)),
    ...bundleReaderStatements(environmentScope.state),
    denyOtherRoles,
    denySecrets(account),
  ];
}

/**
 * A service is brought to revisions of the environment's own families only, and stays where it is. ECS passes these keys for what a
 * request names; deploy-service names a revision and a count.
 */
function updateStatements({
  environmentScope: { account, region },
  cluster,
  services,
}: Omit<DeployTarget, "images" | "staticBucketArn">): readonly PolicyStatement[] {
  const ecs = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
  const own = {
    ArnLikeIfExists: { "ecs:task-definition": services.map(({ name }) => ecs(`task-definition/${name}:*`)) },
    BoolIfExists: { "ecs:auto-assign-public-ip": "false" },
  };
  const update = (
    sid: string,
    those: readonly DeployedService[],
    condition: NonNullable<PolicyStatement["Condition"]>,
  ) =>
    those.length === 0
      ? []
      : [
          statement.allow(
            sid,
            ["ecs:UpdateService"],
            those.map(({ name }) => ecs(`service/${cluster}/${name}`)),
            condition,
          ),
        ];
  return [
    ...update(
      "Update",
      services.filter(({ shell }) => shell !== true),
      { ...own, ...withoutShell },
    ),
    ...update(
      "UpdateWithShell",
      services.filter(({ shell }) => shell === true),
      own,
    ),
    // A request that names a subnet also names the security groups, for which IAM has no key. "none" is no subnet's id.
    statement.deny("StaysInPlace", ["ecs:UpdateService"], "*", {
      "ForAnyValue:StringNotEquals": { "ecs:subnet": "none" },
    }),
  ];
}

const withoutShell = { StringEqualsIfExists: { "ecs:enable-execute-command": "false" } };

function migrationStatements({
  environmentScope,
  cluster,
  services,
}: Omit<DeployTarget, "images" | "staticBucketArn">): readonly PolicyStatement[] {
  const migrating = services.filter(({ migrates }) => migrates === true);
  if (migrating.length === 0) return [];
  const ecs = (resource: string) => `arn:aws:ecs:${environmentScope.region}:${environmentScope.account}:${resource}`;
  const inCluster = { ArnEquals: { "ecs:cluster": ecs(`cluster/${cluster}`) } };
  return [
    statement.allow(
      "Migrate",
      ["ecs:RunTask"],
      migrating.map(({ name }) => ecs(`task-definition/${name}:*`)),
      { ...inCluster, ...withoutShell },
    ),
    statement.allow("StopMigration", ["ecs:StopTask"], ecs(`task/${cluster}/*`), inCluster),
  ];
}

function imageStatements({ repositoryArn, push }: DeployTarget["images"]): readonly PolicyStatement[] {
  // rollback-service looks whether the image is still there.
  if (!push) return [statement.allow("Images", ["ecr:BatchGetImage"], repositoryArn)];
  return [
    // The login is to a registry, not to a repository: IAM knows no narrower resource.
    statement.allow("Login", ["ecr:GetAuthorizationToken"], "*"),
    statement.allow(
      "Images",
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeRepositories",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      repositoryArn,
    ),
  ];
}

/** Static files are added and neither overwritten nor deleted: browsers keep them for a year, and old pages ask for old files. */
function staticStatements({ environmentScope, images }: DeployTarget, bucketArn: string): readonly PolicyStatement[] {
  const releases = `${bucketArn}/releases/*`;
  return [
    statement.allow("StaticFiles", ["s3:ListBucket"], bucketArn),
    statement.allow("StaticReleases", ["s3:GetObject"], releases),
    // S3 itself refuses a write without `If-None-Match`.
    statement.allow("AddStaticFiles", ["s3:PutObject"], [releases, `${bucketArn}/static/*`], {
      Null: { "s3:if-none-match": "false" },
    }),
    // The files come out of the image's layers.
    statement.allow("ImageLayers", ["ecr:GetDownloadUrlForLayer"], images.repositoryArn),
    // Its id is not known before it is made.
    statement.allow(
      "Distribution",
      ["cloudfront:GetDistribution"],
      `arn:aws:cloudfront::${environmentScope.account}:distribution/*`,
    ),
  ];
}
