import type { PolicyStatement } from "@slipway/core";
import { environment } from "../environments.ts";
import { rights } from "../testing/rights.ts";
import { stacksOf } from "../testing/stacks-of.ts";

const own = environment("staging");
const owner = environment("production");
const staging = stacksOf(own);

function statements(stacks: typeof staging, role: string): PolicyStatement[] {
  return JSON.parse(stacks.access?.at("aws_iam_role_policy", `${role}_role_policy`).policy).Statement;
}

test("the roles are there where states are in a bucket, and their ARNs are outputs", () => {
  expect(Object.keys(stacksOf(environment("local")))).not.toContain("access");
  expect(Object.keys(staging.access?.json.output).sort()).toEqual([
    "applied_by",
    "apply_role_arn",
    "deploy_role_arn",
    "permissions_boundary_arn",
    "plan_role_arn",
  ]);
  expect(
    staging.access
      ?.all("aws_iam_role")
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["apply", "deploy", "plan"].map((role) => `${own.name}-${role}`));
});

test("pull requests are planned by jobs that run on main, each environment is changed by jobs of its own", () => {
  const subjects = (role: string) =>
    JSON.parse(staging.access?.at("aws_iam_role", `${role}_role`).assume_role_policy).Statement[0].Condition
      .StringEquals["token.actions.githubusercontent.com:sub"];
  const { owner: login, name, ownerId, id } = own.github ?? {};
  expect(subjects("plan")[0]).toBe(`repo:${login}/${name}:ref:refs/heads/main`);
  expect(subjects("plan")[1]).toBe(`repo:${login}@${ownerId}/${name}@${id}:ref:refs/heads/main`);
  expect(subjects("apply")[0]).toBe(`repo:${login}/${name}:environment:staging`);
  expect(subjects("deploy")[1]).toBe(`repo:${login}@${ownerId}/${name}@${id}:environment:staging`);
});

test("the roles of tasks are where the apply role may make them, within the boundary, under the names that the deploy role may pass", () => {
  const made = staging.service?.all("aws_iam_role") ?? [];
  const arns = made.map(({ path, name }) => `arn:aws:iam::${own.account}:role${path}${name}`).sort();
  const passed = statements(staging, "deploy").find(({ Action }) => Action.includes("iam:PassRole"));
  expect([passed?.Resource].flat().sort()).toEqual(arns);
  const [creates] = statements(staging, "apply").filter(({ Action }) => Action.includes("iam:CreateRole"));
  for (const arn of arns) expect(arn.startsWith(String(creates?.Resource).replace(/\*$/, ""))).toBe(true);
  for (const { permissions_boundary } of made) {
    expect(creates?.Condition?.StringEquals?.["iam:PermissionsBoundary"]).toBe(permissions_boundary);
  }
  expect(staging.access?.one("aws_iam_policy").name).toBe(`${own.name}-boundary`);
});

test("what makes the roles and holds the states is out of reach of the apply role", () => {
  const protectedStates = statements(staging, "apply").find(({ Sid }) => Sid === "BootstrapOnly");
  const bucket = `arn:aws:s3:::${own.stateBucket}`;
  expect(protectedStates?.Resource).toEqual([`${bucket}/staging/state.*`, `${bucket}/staging/access.*`]);
});

test("the tag by which the apply role knows what is another environment's is on everything that the stacks make", () => {
  const condition = statements(staging, "apply").find(({ Sid }) => Sid === "OthersStay")?.Condition;
  for (const stack of [staging.network, staging.service]) {
    const tags = stack?.json.provider.aws[0].default_tags[0].tags;
    expect({ "aws:ResourceTag/Environment": tags.Environment }).toEqual(condition?.StringNotEquals);
  }
});

test("where the images are another environment's, it may look at them and no more", () => {
  const onImages = rights(statements(staging, "deploy")).filter((right) => right.startsWith("ecr:"));
  const repository = `arn:aws:ecr:${owner.region}:${owner.account}:repository/${owner.name}`;
  expect(onImages).toEqual([`ecr:BatchGetImage ${repository} {}`]);
});

test("a secret that does not begin with the environment's name is within the boundary where a service names it", () => {
  const of = (service: string) => `arn:aws:${service}:${own.region}:${own.account}`;
  const secret = `${of("secretsmanager")}:secret:db-a1b2c3`;
  const web = { ...own.services.web, secrets: { A: "/shared/A", B: `${secret}:password::` } };
  const stacks = stacksOf({ ...own, services: { web } } as typeof own);
  const secrets = JSON.parse(stacks.access?.one("aws_iam_policy").policy).Statement.find(
    ({ Sid }: PolicyStatement) => Sid === "Secrets",
  );
  expect(secrets.Resource.slice(2)).toEqual([secret, `${of("ssm")}:parameter/shared/A`]);
});
