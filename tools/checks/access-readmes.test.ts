import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyStatement } from "@slipway/core";
import { environment } from "../../apps/infra/src/environments.ts";
import { rights } from "../../apps/infra/src/testing/rights.ts";
import { stacksOf } from "../../apps/infra/src/testing/stacks-of.ts";

const own = environment("staging");
const owner = environment("production");
const staging = stacksOf(own);
const production = stacksOf(owner);

function statements(stacks: typeof staging, role: string): PolicyStatement[] {
  return JSON.parse(stacks.access?.at("aws_iam_role_policy", `${role}_role_policy`).policy).Statement;
}

/** What the README of an action says it needs, for the service `web` of production. */
function readme(action: string): PolicyStatement[] {
  const text = readFileSync(join(__dirname, `../../.github/actions/${action}/README.md`), "utf8");
  const { name, account, region } = owner;
  const role = `arn:aws:iam::${account}:role/${name}/${name}-web`;
  const names: Record<string, string> = {
    region,
    account,
    repository: name,
    cluster: name,
    service: `${name}-web`,
    family: `${name}-web`,
    "log group": `/ecs/${name}-web`,
    "state bucket": String(own.stateBucket),
    environment: own.key,
    bucket: `${name}-static-${account}`,
    "task role ARN": `${role}-task`,
    "execution role ARN": `${role}-execution`,
  };
  const json = /```json\n([\s\S]+?)```/.exec(text)?.[1] ?? "";
  return JSON.parse(json.replace(/<([^>]+)>/g, (_, each) => names[each] ?? `unknown ${each}`)).Statement;
}

/** Production with a service that runs migrations, so that every action is needed. */
function migrating(): typeof production {
  const found = environment("production");
  const services = Object.entries(found.services).map(([key, each]) => [key, { ...each, migrateCommand: ["migrate"] }]);
  return stacksOf({ ...found, services: Object.fromEntries(services) });
}

/** Production with static files under a name of their own. */
function withStaticSite(): typeof production {
  const domain = { zones: { "example.com": { source: "create" } }, static: "static.example.com" } as const;
  return stacksOf({ ...environment("production"), domain });
}

test("the deploy role may do exactly what the READMEs of the deploying actions say, and read the bundles of a rollback", () => {
  const actions = ["push-image", "write-image-definitions", "deploy-service", "check-service", "rollback-service"];
  const bucket = `arn:aws:s3:::${owner.stateBucket}`;
  // rollback.yml itself, before there is any action to start.
  const bundles: PolicyStatement[] = [
    {
      Sid: "ListBundles",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: bucket,
      Condition: { StringEquals: { "s3:prefix": "bundles/" } },
    },
    { Sid: "ReadBundles", Effect: "Allow", Action: ["s3:GetObject"], Resource: `${bucket}/bundles/*` },
  ];
  const all = rights([...actions.flatMap(readme), ...bundles]);
  expect(rights(statements(migrating(), "deploy"))).toEqual(all);
  const toMigrate = /^ecs:(Run|Stop)Task /;
  const usual = all.filter((right) => !toMigrate.test(right));
  expect(rights(statements(production, "deploy"))).toEqual(usual);
  const publishing = rights(readme("publish-static"));
  expect(rights(statements(withStaticSite(), "deploy"))).toEqual([...new Set([...usual, ...publishing])].sort());
});

/** Permissions that a README lists and no statement of the role allows. */
function missing(role: string, action: string): string[] {
  const allowed = statements(staging, role).filter(({ Effect }) => Effect === "Allow");
  const matches = (pattern: string, text: string) =>
    new RegExp(
      `^${pattern
        .split("*")
        .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"))
        .join(".*")}$`,
    ).test(text);
  return rights(readme(action)).filter((right) => {
    const [name = "", resource = ""] = right.split(" ");
    // sts:GetCallerIdentity needs no permission.
    if (name === "sts:GetCallerIdentity") return false;
    return !allowed.some(
      ({ Action, Resource }) =>
        [Action].flat().some((each) => matches(each, name)) &&
        [Resource].flat().some((each) => matches(each, resource)),
    );
  });
}

test.each([
  ["plan", "report-plan"],
  ["plan", "report-drift"],
  ["apply", "apply-plan"],
])("the %s role may do what the README of %s says", (role, action) => {
  expect(missing(role, action)).toEqual([]);
});
