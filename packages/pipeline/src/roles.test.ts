import type { PolicyStatement } from "@slipway/core";
import { synth } from "@slipway/testing";
import { ApplyRole, type ApplyRoleProps } from "./apply-role.ts";
import { DeployRole, type DeployRoleProps } from "./deploy-role.ts";
import { GithubOidc } from "./github-oidc.ts";
import { PermissionsBoundary, type PermissionsBoundaryProps } from "./permissions-boundary.ts";
import { PlanRole } from "./plan-role.ts";

const bucketArn = "arn:aws:s3:::shop-state";
const environmentScope = {
  name: "shop",
  account: "111111111111",
  region: "eu-west-1",
  state: { bucketArn, statePrefix: "production/", promisePrefix: "promises/" },
};
const taskRole = (kind: string) => `arn:aws:iam::111111111111:role/shop/shop-web-${kind}`;
const boundary = "arn:aws:iam::111111111111:policy/shop-boundary";

interface Changes {
  readonly apply?: Partial<ApplyRoleProps>;
  readonly deploy?: Partial<DeployRoleProps>;
  readonly boundary?: Partial<PermissionsBoundaryProps>;
}

function access(changes: Changes = {}) {
  return synth((scope) => {
    const repository = { owner: "acme", name: "shop", ownerId: "1", id: "2" };
    const github = new GithubOidc(scope, "github", { repository });
    new PermissionsBoundary(scope, "boundary", { environmentScope, ...changes.boundary });
    new PlanRole(scope, "plan", { github, environmentScope });
    new ApplyRole(scope, "apply", {
      github,
      githubEnvironment: "production",
      environmentScope,
      protectedKeys: ["production/access.*"],
      ...changes.apply,
    });
    new DeployRole(scope, "deploy", {
      github,
      githubEnvironment: "production",
      environmentScope,
      cluster: "shop",
      services: [
        {
          name: "shop-web",
          logGroup: "/ecs/shop-web",
          taskRoleArn: taskRole("task"),
          executionRoleArn: taskRole("execution"),
        },
      ],
      images: { repositoryArn: "arn:aws:ecr:eu-west-1:111111111111:repository/shop", push: true },
      ...changes.deploy,
    });
  });
}

function statements(role: string, changes: Changes = {}): PolicyStatement[] {
  return JSON.parse(access(changes).at("aws_iam_role_policy", `${role}_role_policy`).policy).Statement;
}

const denied = (role: string) =>
  Object.fromEntries(
    statements(role)
      .filter(({ Effect }) => Effect === "Deny")
      .map((each) => [each.Sid, each]),
  );
const allowedActions = (role: string, changes: Changes = {}) =>
  statements(role, changes)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action);

test("workflows can compute the roles' names; jobs that run on main plan, those of one environment apply and deploy", () => {
  const found = access()
    .all("aws_iam_role")
    .map(({ name, assume_role_policy }) => [name, /shop:((?:environment|ref):[\w/]+)/.exec(assume_role_policy)?.[1]]);
  expect(Object.fromEntries(found)).toEqual({
    "shop-plan": "ref:refs/heads/main",
    "shop-apply": "environment:production",
    "shop-deploy": "environment:production",
  });
});

test.each(["plan", "apply", "deploy"])("the %s role is refused the value of every secret", (role) => {
  expect(denied(role).NoSecrets).toMatchObject({
    Action: expect.arrayContaining([
      "kms:Decrypt",
      "secretsmanager:GetSecretValue",
      "ssm:GetParameter",
      "ssm:GetParameters",
    ]),
    Resource: [
      "arn:aws:kms:*:*:key/*",
      "arn:aws:secretsmanager:*:*:secret:*",
      "arn:aws:ssm:*:111111111111:parameter/*",
    ],
  });
});

test.each(["plan", "apply", "deploy"])("the %s role is refused every other role, also one that trusts it", (role) => {
  expect(denied(role).NoOtherRole).toMatchObject({ Action: ["sts:Assume*", "sts:TagSession"], Resource: "*" });
});

test.each(["plan", "apply", "deploy"])("the %s role has no statement that allows a whole service", (role) => {
  for (const action of allowedActions(role)) expect(action).not.toMatch(/^\*$|:\*$/);
});

describe("plan", () => {
  test("it changes nothing but what its plans promise, can read none of it, and makes none of main", () => {
    const writes = allowedActions("plan").filter((action) => !/:(Describe|Get|List)/.test(action));
    expect(writes).toEqual(["s3:PutObject"]);
    expect(statements("plan").find(({ Action }) => Action.includes("s3:PutObject"))?.Resource).toBe(
      `${bucketArn}/promises/*`,
    );
    expect(denied("plan").NoPromises).toMatchObject({
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${bucketArn}/promises/*`,
    });
    expect(denied("plan").NotForMain).toMatchObject({
      Action: ["s3:PutObject"],
      Resource: `${bucketArn}/promises/*/main/*`,
    });
  });

  test("each of its rights is named in full", () => {
    expect(allowedActions("plan").filter((action) => action.includes("*"))).toEqual([]);
  });

  test("it reads no log, no image and no object but the states of its environment", () => {
    expect(allowedActions("plan").filter((action) => /GetLogEvents|BatchGetImage|GetDownload/.test(action))).toEqual(
      [],
    );
    const objects = statements("plan").filter(
      ({ Effect, Action }) => Effect === "Allow" && Action.includes("s3:GetObject"),
    );
    expect(objects.flatMap(({ Resource }) => Resource)).toEqual([
      `${bucketArn}/production/*.tfstate`,
      `${bucketArn}/production/*.tfstate.tflock`,
      `${bucketArn}/production/*.applied.json`,
      `${bucketArn}/production/*.applying.json`,
    ]);
  });
});

describe("apply", () => {
  const byId = () => Object.fromEntries(statements("apply").map((each) => [each.Sid, each]));

  test("it makes roles under one path only, and only within the boundary", () => {
    const { BoundRoles, Roles, PassToTasks } = byId();
    for (const each of [BoundRoles, Roles, PassToTasks])
      expect(each?.Resource).toBe("arn:aws:iam::111111111111:role/shop/*");
    expect(BoundRoles?.Condition).toEqual({ StringEquals: { "iam:PermissionsBoundary": boundary } });
    expect(BoundRoles?.Action).toEqual(
      expect.arrayContaining(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]),
    );
    expect(denied("apply").OnlyOurBoundary?.Condition).toEqual({
      StringNotEquals: { "iam:PermissionsBoundary": boundary },
    });
    expect(denied("apply").BoundaryStays?.Action).toEqual(["iam:DeleteRolePermissionsBoundary"]);
  });

  test("it can give its roles to tasks only, and no other right lifts that", () => {
    expect(byId().PassToTasks?.Condition).toEqual({
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    });
    expect(denied("apply").PassToTasksOnly).toMatchObject({
      Action: ["iam:PassRole"],
      Resource: "*",
      Condition: { StringNotEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  });

  test("it is refused what another environment has of networks and load balancers, and nothing that has no tag yet", () => {
    expect(denied("apply").OthersStay).toMatchObject({
      Action: ["ec2:*", "elasticloadbalancing:*"],
      Resource: "*",
      Condition: {
        Null: { "aws:ResourceTag/Environment": "false" },
        StringNotEquals: { "aws:ResourceTag/Environment": "shop" },
      },
    });
  });

  test("of a network that is there it changes nothing, whatever tags that network has: it makes groups in it", () => {
    const existingVpcId = "vpc-0a1b2c3d4e5f67890";
    const changes = { apply: { existingVpcId } };
    const groups = ["security-group", "security-group-rule"].map((type) => `arn:aws:ec2:eu-west-1:*:${type}/*`);
    const onNetworks = statements("apply", changes)
      .filter(
        ({ Effect, Action }) => Effect === "Allow" && [Action].flat().some((each) => /^ec2:(?!Describe)/.test(each)),
      )
      .map(({ Action, Resource }) => [[Action].flat(), Resource]);
    expect(onNetworks).toEqual([
      [
        [
          "ec2:AuthorizeSecurityGroup*",
          "ec2:CreateSecurityGroup",
          "ec2:CreateTags",
          "ec2:DeleteSecurityGroup",
          "ec2:DeleteTags",
          "ec2:ModifySecurityGroupRules",
          "ec2:RevokeSecurityGroup*",
          "ec2:UpdateSecurityGroupRuleDescriptions*",
        ],
        groups,
      ],
      [["ec2:CreateSecurityGroup"], `arn:aws:ec2:eu-west-1:*:vpc/${existingVpcId}`],
    ]);
    const others = statements("apply", changes).find(({ Sid }) => Sid === "OthersStay");
    expect(others?.Resource).toEqual([...groups, "arn:aws:elasticloadbalancing:eu-west-1:*:*"]);
  });

  test("it is refused every change to what limits it: boundary, provider, pipeline's roles, users, the bucket itself", () => {
    expect(denied("apply").Guarded?.Resource).toEqual([
      boundary,
      "arn:aws:iam::111111111111:oidc-provider/*",
      "arn:aws:iam::111111111111:role/shop-plan",
      "arn:aws:iam::111111111111:role/shop-apply",
      "arn:aws:iam::111111111111:role/shop-deploy",
      "arn:aws:iam::111111111111:user/*",
      "arn:aws:iam::111111111111:group/*",
    ]);
    expect(denied("apply").BucketStays?.Action).toEqual(expect.arrayContaining(["s3:PutBucket*", "s3:DeleteBucket*"]));
    expect(denied("apply").BootstrapOnly).toMatchObject({
      Action: ["s3:DeleteObject", "s3:PutObject"],
      Resource: [`${bucketArn}/production/access.*`],
    });
  });

  test("it runs no task and opens no shell", () => {
    expect(allowedActions("apply").filter((action) => /RunTask|StartTask|ExecuteCommand/.test(action))).toEqual([]);
    expect(denied("apply").RunsNothing).toMatchObject({
      Action: expect.arrayContaining(["ecs:ExecuteCommand", "ecs:RunTask", "ecs:StartTask"]),
      Resource: "*",
    });
  });
});

describe("deploy", () => {
  test("of the state bucket it lists and reads the bundles that a rollback runs, and nothing else", () => {
    const found = statements("deploy").filter(({ Action }) => [Action].flat().some((each) => each.startsWith("s3:")));
    expect(found).toMatchObject([
      { Action: ["s3:ListBucket"], Resource: bucketArn, Condition: { StringEquals: { "s3:prefix": "bundles/" } } },
      { Action: ["s3:GetObject"], Resource: `${bucketArn}/bundles/*` },
    ]);
  });

  test("to the static files it adds, and can neither overwrite nor delete; without a static site it has no say there", () => {
    const staticBucketArn = "arn:aws:s3:::shop-static-111111111111";
    const added = statements("deploy", { deploy: { staticBucketArn } });
    const before = statements("deploy").map(({ Sid }) => Sid);
    expect(added.filter(({ Sid }) => !before.includes(Sid)).map(({ Sid: _, Effect: __, ...each }) => each)).toEqual([
      { Action: ["s3:ListBucket"], Resource: staticBucketArn },
      { Action: ["s3:GetObject"], Resource: `${staticBucketArn}/releases/*` },
      {
        Action: ["s3:PutObject"],
        Resource: [`${staticBucketArn}/releases/*`, `${staticBucketArn}/static/*`],
        Condition: { Null: { "s3:if-none-match": "false" } },
      },
      { Action: ["ecr:GetDownloadUrlForLayer"], Resource: "arn:aws:ecr:eu-west-1:111111111111:repository/shop" },
      { Action: ["cloudfront:GetDistribution"], Resource: "arn:aws:cloudfront::111111111111:distribution/*" },
    ]);
  });

  test("it can give a task its two roles and no other", () => {
    expect(statements("deploy").find(({ Action }) => Action.includes("iam:PassRole"))).toMatchObject({
      Resource: [taskRole("task"), taskRole("execution")],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  });

  test("it runs a task of its own only for a service that migrates, and stops none outside its cluster", () => {
    const [name, roles] = ["shop-web", { taskRoleArn: taskRole("task"), executionRoleArn: taskRole("execution") }];
    const services = (migrates: boolean) => [{ name, logGroup: `/ecs/${name}`, ...roles, migrates }];
    const actions = (migrates: boolean) =>
      allowedActions("deploy", { deploy: { services: services(migrates) } }).filter((action) =>
        /RunTask|StopTask/.test(action),
      );
    expect(actions(false)).toEqual([]);
    expect(actions(true).sort()).toEqual(["ecs:RunTask", "ecs:StopTask"]);
    for (const action of ["ecs:RunTask", "ecs:StopTask"]) {
      const found = statements("deploy", { deploy: { services: services(true) } }).find(({ Action }) =>
        Action.includes(action),
      );
      expect(found?.Resource).not.toBe("*");
      expect(found?.Condition).toMatchObject({
        ArnEquals: { "ecs:cluster": expect.stringMatching(/:cluster\/shop$/) },
      });
    }
  });

  describe("what a service may be brought to", () => {
    const service = (name: string, more: object = {}) => ({
      name,
      logGroup: `/ecs/${name}`,
      taskRoleArn: taskRole("task"),
      executionRoleArn: taskRole("execution"),
      ...more,
    });
    const updates = (...services: DeployRoleProps["services"]) =>
      statements("deploy", { deploy: { services } }).filter(({ Action }) => Action.includes("ecs:UpdateService"));
    const arn = (resource: string) => `arn:aws:ecs:eu-west-1:111111111111:${resource}`;

    test("revisions of the environment's families, without a public address and without a shell", () => {
      expect(updates(service("shop-web"), service("shop-api"))[0]).toEqual({
        Sid: "Update",
        Effect: "Allow",
        Action: ["ecs:UpdateService"],
        Resource: [arn("service/shop/shop-web"), arn("service/shop/shop-api")],
        Condition: {
          ArnLikeIfExists: {
            "ecs:task-definition": [arn("task-definition/shop-web:*"), arn("task-definition/shop-api:*")],
          },
          BoolIfExists: { "ecs:auto-assign-public-ip": "false" },
          StringEqualsIfExists: { "ecs:enable-execute-command": "false" },
        },
      });
    });

    test("a shell stays possible where the service has one, and there alone", () => {
      const [without, withShell] = updates(service("shop-web"), service("shop-admin", { shell: true }));
      expect([without?.Resource, withShell?.Resource]).toEqual([
        [arn("service/shop/shop-web")],
        [arn("service/shop/shop-admin")],
      ]);
      expect(withShell?.Condition).not.toHaveProperty("StringEqualsIfExists");
      expect(withShell?.Condition?.ArnLikeIfExists).toEqual(without?.Condition?.ArnLikeIfExists);
    });

    test("never to another subnet, whatever other policies the role gets", () => {
      expect(denied("deploy").StaysInPlace).toMatchObject({
        Action: ["ecs:UpdateService"],
        Resource: "*",
        Condition: { "ForAnyValue:StringNotEquals": { "ecs:subnet": "none" } },
      });
    });

    test("a migration opens no shell, a service's own shell or not", () => {
      const found = statements("deploy", {
        deploy: { services: [service("shop-web", { migrates: true, shell: true })] },
      }).find(({ Action }) => Action.includes("ecs:RunTask"));
      expect(found?.Condition?.StringEqualsIfExists).toEqual({ "ecs:enable-execute-command": "false" });
    });
  });

  test("an environment that takes another's images looks at them and pushes none", () => {
    const images = { repositoryArn: "arn:aws:ecr:eu-west-1:222222222222:repository/shop", push: false };
    const actions = allowedActions("deploy", { deploy: { images } }).filter((action) => action.startsWith("ecr:"));
    expect(actions).toEqual(["ecr:BatchGetImage"]);
    expect(allowedActions("deploy")).toContain("ecr:PutImage");
  });
});

describe("boundary", () => {
  const document = (changes: Partial<PermissionsBoundaryProps> = {}) =>
    JSON.parse(access({ boundary: changes }).one("aws_iam_policy").policy).Statement as PolicyStatement[];

  test("it has the ARN that is computed, and stays", () => {
    expect(access().one("aws_iam_policy")).toMatchObject({
      name: "shop-boundary",
      lifecycle: { prevent_destroy: true },
    });
  });

  test("a task reads secrets of its own environment, and others only where they are named", () => {
    const secrets = (more: readonly string[] = []) =>
      document({ secrets: more }).find(({ Sid }) => Sid === "Secrets")?.Resource;
    const own = [
      "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/*",
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/*",
    ];
    expect(secrets()).toEqual(own);
    expect(secrets(["arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-a1b2c3"])).toEqual([
      ...own,
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-a1b2c3",
    ]);
  });

  test("a task reads and writes uploads where there are some, in their bucket alone", () => {
    const uploads = (changes?: Partial<PermissionsBoundaryProps>) =>
      document(changes).find(({ Sid }) => Sid === "Uploads");
    expect(uploads()).toBeUndefined();
    expect(
      uploads({ environmentScope: { ...environmentScope, parts: { mediaBucketArn: "arn:aws:s3:::shop-media" } } }),
    ).toMatchObject({
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
      Resource: ["arn:aws:s3:::shop-media", "arn:aws:s3:::shop-media/*"],
    });
  });

  test("nobody who came with a token of an identity provider can do anything in a role that has it", () => {
    expect(document().find(({ Effect }) => Effect === "Deny")).toMatchObject({
      Action: ["*"],
      Resource: "*",
      Condition: { Null: { "aws:FederatedProvider": "false" } },
    });
  });

  test("what apps use of AWS is added, but nothing that changes rights", () => {
    expect(document({ taskActions: ["s3:GetObject"] }).at(-1)).toMatchObject({ Action: ["s3:GetObject"] });
    for (const action of ["iam:CreateUser", "sts:AssumeRole", "*", "s3"]) {
      expect(() => document({ taskActions: [action] })).toThrow(
        `taskActions (${action}) must be actions of one service other than iam, sts, organizations and account`,
      );
    }
  });
});
