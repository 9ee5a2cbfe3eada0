import type { PolicyStatement } from "@slipway/core";
import { synth } from "@slipway/testing";
import { ApplyRole } from "./apply-role.ts";
import type { EnvironmentParts } from "./environment-parts.ts";
import { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";
import { PermissionsBoundary } from "./permissions-boundary.ts";
import { PlanRole } from "./plan-role.ts";
import { roleKinds } from "./role-kinds.ts";
import type { GuardStatement } from "./role-statements.ts";

const account = "111111111111";
const state = { bucketArn: "arn:aws:s3:::shop-state", statePrefix: "production/", promisePrefix: "promises/" };
const repository = { owner: "acme", name: "shop", ownerId: "1", id: "2" };
const buckets = { staticBucketArn: "arn:aws:s3:::shop-static-1", mediaBucketArn: "arn:aws:s3:::shop-media-1" };
const everything = {
  domains: ["example.com", "example.org"],
  ...buckets,
  httpApi: "functions",
  flowLogs: "logged",
} as const;

function access(parts?: EnvironmentParts) {
  return synth((scope) => {
    const environmentScope = {
      name: "shop",
      account,
      region: "eu-west-1",
      state,
      ...(parts !== undefined && { parts }),
    };
    const github = new GithubOidc(scope, "github", { repository });
    for (const kind of roleKinds(environmentScope)) new PermissionsBoundary(scope, kind, { environmentScope, kind });
    new PlanRole(scope, "plan", { github, environmentScope });
    new ApplyRole(scope, "apply", { github, githubEnvironment: "production", environmentScope });
  });
}

type Statement = PolicyStatement & GuardStatement;
const read = (policy: string) => JSON.parse(policy).Statement as Statement[];

/** All statements of the apply role, those of its attached policies too, by name. */
function applied(parts?: EnvironmentParts): Readonly<Record<string, Statement>> {
  const json = access(parts);
  const own = read(json.at("aws_iam_role_policy", "apply_role_policy").policy);
  const attached = json
    .all("aws_iam_policy")
    .filter(({ name }) => name.startsWith("shop-apply-"))
    .flatMap(({ policy }) => read(policy));
  return Object.fromEntries([...own, ...attached].map((each) => [each.Sid, each]));
}

const actions = (statements: Readonly<Record<string, Statement>>) =>
  Object.values(statements)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action);
const boundary = (kind: string) => `arn:aws:iam::${account}:policy/shop-boundary${kind}`;
const roles = (path: string) => `arn:aws:iam::${account}:role/shop/${path}*`;

test("an environment without such parts has one boundary, nothing attached, and no right on any of them", () => {
  const json = access();
  expect(json.all("aws_iam_policy").map(({ name }) => name)).toEqual(["shop-boundary"]);
  expect(json.all("aws_iam_role_policy_attachment")).toEqual([]);
  const parts = /^(route53|acm|cloudfront|lambda|apigateway):|FlowLogs/;
  expect(actions(applied()).filter((action) => parts.test(action))).toEqual([]);
});

test.each<[string, EnvironmentParts, RegExp, RegExp]>([
  ["a domain", { domains: ["example.com"] }, /^(route53|acm):/, /^(cloudfront|lambda|apigateway):|s3:CreateBucket/],
  ["a static site", buckets, /^cloudfront:|s3:CreateBucket/, /^(route53|acm|lambda|apigateway):/],
  ["an HTTP API", { httpApi: "functions" }, /^(lambda|apigateway):/, /^(route53|acm|cloudfront):|s3:CreateBucket/],
  ["flow logs", { flowLogs: "logged" }, /FlowLogs$/, /^(route53|acm|cloudfront|lambda|apigateway):/],
])("%s brings its own rights and no other", (_, parts, own, others) => {
  const found = actions(applied(parts));
  expect(found.filter((action) => own.test(action)).length).toBeGreaterThan(1);
  expect(found.filter((action) => others.test(action))).toEqual([]);
});

test("records and certificates are of names in the environment's zones only", () => {
  const names = ["example.com", "*.example.com", "example.org", "*.example.org"];
  const { Records, RequestCertificates } = applied(everything);
  expect(Records?.Condition).toEqual({
    "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": names },
  });
  expect(RequestCertificates?.Condition).toEqual({
    "ForAllValues:StringLike": { "acm:DomainNames": names },
    StringEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] },
  });
});

test("what is in a bucket goes only with a bucket that is not protected", () => {
  expect(applied(everything).Objects).toBeUndefined();
  const { Objects } = applied({ ...everything, bucketRemoval: "with-objects" });
  expect(Objects?.Resource).toEqual(["arn:aws:s3:::shop-static-1/*", "arn:aws:s3:::shop-media-1/*"]);
});

test("functions are the environment's by name, only an API is let in, and nobody calls one", () => {
  const { Functions, LetApisCall, RunsNothing } = applied(everything);
  const own = `arn:aws:lambda:eu-west-1:${account}:function:shop-*`;
  expect([Functions?.Resource, LetApisCall?.Resource]).toEqual([own, own]);
  expect(LetApisCall?.Condition).toEqual({ StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } });
  expect(RunsNothing?.Action).toContain("lambda:Invoke*");
});

test("of API Gateway it has APIs, names and tags, and not the keys of others", () => {
  for (const { Resource, Action } of Object.values(applied(everything))) {
    if ([Action].flat().some((action) => action === "apigateway:GET"))
      for (const arn of [Resource].flat()) expect(arn).toMatch(/::\/(apis|domainnames|tags)(\/\*)?$/);
  }
});

describe("roles", () => {
  test("each kind is made under its own path, within its own boundary, for its own service", () => {
    const found = applied(everything);
    const kinds = [
      ["Tasks", "BoundRoles", roles("shop-"), boundary(""), "ecs-tasks"],
      ["Functions", "BoundFunctions", roles("functions/"), boundary("-functions"), "lambda"],
      ["FlowLogs", "BoundFlowLogs", roles("flow-logs/"), boundary("-flow-logs"), "vpc-flow-logs"],
    ] as const;
    for (const [word, made, arn, limit, service] of kinds) {
      const passed = { StringEquals: { "iam:PassedToService": `${service}.amazonaws.com` } };
      expect(found[made]).toMatchObject({
        Resource: arn,
        Condition: { StringEquals: { "iam:PermissionsBoundary": limit } },
      });
      expect(found[`PassTo${word}`]).toMatchObject({ Effect: "Allow", Resource: arn, Condition: passed });
      expect(found[`${word}TakeTheirOwn`]).toMatchObject({
        Effect: "Deny",
        Action: ["iam:PassRole"],
        NotResource: arn,
        Condition: passed,
      });
    }
  });

  test("no other right lets a role go without one of the boundaries, or to another service", () => {
    const found = applied(everything);
    expect(found.OnlyOurBoundary?.Condition).toEqual({
      StringNotEquals: { "iam:PermissionsBoundary": [boundary(""), boundary("-functions"), boundary("-flow-logs")] },
    });
    expect(found.PassToTasksAndFunctionsAndFlowLogsOnly).toMatchObject({
      Effect: "Deny",
      Resource: "*",
      Condition: {
        StringNotEquals: {
          "iam:PassedToService": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "vpc-flow-logs.amazonaws.com"],
        },
      },
    });
  });

  test("neither boundaries nor what is attached to it can be changed by the role itself", () => {
    expect(applied(everything).Guarded?.Resource).toEqual(
      expect.arrayContaining([
        ...["", "-functions", "-flow-logs"].map(boundary),
        ...["names", "http-api", "network", "limits"].map(
          (word) => `arn:aws:iam::${account}:policy/shop-apply-${word}`,
        ),
      ]),
    );
  });

  test("functions and flow logs write their logs, tasks keep uploads, and no kind does more", () => {
    const policies = access(everything)
      .all("aws_iam_policy")
      .filter(({ name }) => name.startsWith("shop-boundary"));
    const rights = policies.map(({ name, policy }) => {
      const allowed = read(policy).filter(({ Effect }) => Effect === "Allow");
      return [name, allowed.map(({ Sid, Resource }) => [Sid, Resource])];
    });
    const logs = (group: string) => `arn:aws:logs:eu-west-1:${account}:log-group:${group}`;
    expect(Object.fromEntries(rights)).toMatchObject({
      "shop-boundary": expect.arrayContaining([
        ["Uploads", ["arn:aws:s3:::shop-media-1", "arn:aws:s3:::shop-media-1/*"]],
      ]),
      "shop-boundary-functions": [["Log", logs("/aws/lambda/shop-*")]],
      "shop-boundary-flow-logs": [["Log", logs("/vpc/shop/flow-logs:*")]],
    });
    for (const { policy } of policies) expect(read(policy)).toContainEqual(expect.objectContaining({ Sid: "NoJobs" }));
  });
});

test("a policy that IAM would refuse for its length is refused at synth", () => {
  const jobs = { environment: "production" };
  const long = Array.from(
    { length: 90 },
    (_, index) => `arn:aws:s3:::a-bucket-with-a-name-that-is-as-long-as-${index}`,
  );
  const attached = { Sid: "Long", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [...long, ...long] } as const;
  expect(() =>
    synth((scope) => {
      const github = new GithubOidc(scope, "github", { repository });
      new GithubRole(scope, "role", {
        name: "shop-x",
        description: "x",
        github,
        jobs,
        statements: [],
        policies: { more: [attached] },
      });
    }),
  ).toThrow(/must be at most 6144 characters/);
});
