import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom } from "@slipway/core/testing/fake-log";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { destructiveAddresses } from "@slipway/plan-review/plan/risk";
import type { PlanPromise, PromisedStack } from "@slipway/plan-review/promise/promise";
import { createRedactor } from "@slipway/plan-review/redact/redactor";
import { planOf } from "@slipway/plan-review/testing/plan-of";
import type { Stack } from "@slipway/terraform";
import { checkBootstrap, checkDestroy, checkPromises, checkState } from "./checks.ts";
import type { ChosenStack } from "./choose-stacks.ts";
import type { ReviewedPlan } from "./find-plans.ts";
import { planId, pushedCommits } from "./input.ts";

const target = {
  environment: "staging",
  account: "111111111111",
  terraform: { path: "", version: "1.11.4" },
  provider: "5.100.0",
};
const made = { account: "111111111111", engine: "1.11.4", provider: "5.100.0", createdAt: "2026-11-20T10:00:00Z" };
const id = "7".repeat(64);
const now = Date.parse("2026-11-25T10:00:00Z");

function reviewed(values: Partial<PlanPromise> = {}, numbers = [12]): ReviewedPlan {
  const pulls = numbers.map((number) => ({ number, head: "", base: "main", merged: true }));
  return { id, promise: { ...made, ...values } as PlanPromise, pulls };
}

test("a plan may be applied for seven days", async () => {
  checkPromises([reviewed()], target, now);
  const old = await failureFrom(() => checkPromises([reviewed({ createdAt: "2026-11-18T09:00:00Z" })], target, now));
  expect(old).toMatchObject({ reason: "plan-expired" });
  expect(old.message).toContain("`gh workflow run apply.yml -f environment=staging`");
});

test.each<[string, Partial<PlanPromise>, string]>([
  ["Terraform", { engine: "1.12.0" }, "was made by Terraform 1.12.0, here is 1.11.4"],
  ["provider", { provider: "6.0.0" }, "was made with AWS provider 6.0.0, the stacks now ask for 5.100.0"],
  ["account", { account: "222222222222" }, "was made for account 222222222222, the stacks are now of 111111111111"],
])("a plan of another %s is refused", async (_, values, words) => {
  const rejected = await failureFrom(() => checkPromises([reviewed(values)], target, now));
  expect(rejected).toMatchObject({ reason: "config-changed", what: `Plan ${id} ${words}` });
});

const unlabelled = async () => ({ counts: false, why: undefined as string | undefined });
const rules = {
  environment: "staging",
  allowDestroy: [] as string[],
  allowDestroyLabel: "allow-destroy",
  labelOf: unlabelled,
};
const destructive = (plan: ReviewedPlan) => ({
  plan,
  addresses: ["aws_s3_bucket.media", 'aws_eip.nat["a"]'],
  name: (address: string) => address,
});

test("losing data is refused with the resources, the label and the command", async () => {
  const rejected = await failureFrom(() => checkDestroy(destructive(reviewed()), rules));
  expect(rejected.reason).toBe("destroy-not-allowed");
  expect(rejected.what).toContain('`aws_s3_bucket.media`, `aws_eip.nat["a"]` would be replaced or destroyed');
  expect(rejected.next).toContain(
    `set the label \`allow-destroy\` on #12 and \`gh workflow run apply.yml -f environment=staging -f plan=${id}\``,
  );
});

test("without a pull request the refusal names the pattern alone", async () => {
  const { next } = await failureFrom(() => checkDestroy(destructive(reviewed({}, [])), rules));
  expect(next).not.toContain("label");
  expect(next).toContain(`-f allow-destroy='aws_s3_bucket.media,aws_eip.nat["a"]'`);
});

test("a person's label, or patterns that match every one of them, allow it", async () => {
  await checkDestroy(destructive(reviewed()), { ...rules, labelOf: async () => ({ counts: true, why: undefined }) });
  await checkDestroy(destructive(reviewed()), { ...rules, allowDestroy: ["aws_s3_bucket.*", 'aws_eip.nat["a"]'] });
  const { what } = await failureFrom(() =>
    checkDestroy(destructive(reviewed()), { ...rules, allowDestroy: ["aws_s3_bucket.m*"] }),
  );
  expect(what).toContain("`aws_eip.nat");
  expect(what).not.toContain("media");
});

test("a label that a machine set allows nothing, and the refusal says so; nobody is asked where nothing is lost", async () => {
  const labelOf = async () => ({ counts: false, why: "github-actions[bot] set it, which is no person" });
  const { what } = await failureFrom(() => checkDestroy(destructive(reviewed()), { ...rules, labelOf }));
  expect(what).toContain("(the label on #12 does not count: github-actions[bot] set it, which is no person)");
  const never = () => Promise.reject(new Error("GitHub was asked."));
  await checkDestroy({ ...destructive(reviewed()), addresses: [] }, { ...rules, labelOf: never });
});

describe("check state", () => {
  const check = (then: PromisedStack["state"], now: { serial: number; lineage: string } | undefined) => {
    const engine = { state: async () => now, lockHolder: async () => undefined };
    const chosen = { stack: { name: "web" }, reviewed: { state: then, empty: false }, plan: reviewed() };
    return checkState(chosen as unknown as ChosenStack, { engine, environment: "staging" } as unknown as OpenedEngine);
  };
  const [one, other] = ["1".repeat(36), "2".repeat(36)];

  test("a state that was written since is no matter: the plan is made again", async () => {
    await check({ serial: 3, lineage: one }, { serial: 9, lineage: one });
    await check(null, undefined);
    await check(null, { serial: 1, lineage: other });
  });

  test("another lineage, or a lost state, is refused with what was planned on", async () => {
    const failure = await failureFrom(() => check({ serial: 3, lineage: one }, { serial: 3, lineage: other }));
    expect(failure).toMatchObject({
      reason: "state-moved",
      what: "The state of stack `web` is another, of lineage 22222222: it was planned at serial 3 of 11111111",
    });
    const lost = await failureFrom(() => check({ serial: 3, lineage: one }, undefined));
    expect(lost.what).toContain("The state of stack `web` is not there any more");
  });
});

test("what is lost is what is replaced or deleted and holds data", () => {
  const resource = (type: string, action: "create" | "update" | "replace" | "delete") => ({
    type,
    action,
    attributes: {},
  });
  const plan = planOf([
    resource("aws_s3_bucket", "delete"),
    resource("aws_s3_bucket", "update"),
    resource("aws_kms_key", "replace"),
    resource("aws_security_group", "delete"),
  ]);
  expect(destructiveAddresses(plan)).toEqual(["aws_kms_key.example_2", "aws_s3_bucket.example_0"]);
});

test("a plan's id is taken with and without its prefix, and nothing else", async () => {
  expect([planId(""), planId(id), planId(` sha256:${id} `)]).toEqual(["", id, id]);
  const short = await failureFrom(() => planId("77ab"));
  expect(short).toMatchObject({
    reason: "input-invalid",
    what: "Input `plan` (77ab) must be the 64 digits of a plan's SHA-256",
  });
});

test("only a push brings commits, the newest first", () => {
  const payload = { head_commit: { id: "c" }, commits: [{ id: "a" }, { id: "b" }, { id: "c" }] };
  expect(pushedCommits("push", payload)).toEqual(["c", "b", "a"]);
  expect(pushedCommits("workflow_dispatch", payload)).toEqual([]);
  expect(pushedCommits("push", { head_commit: null })).toEqual([]);
});

test("what a plan gives away as secret is hidden from the next line on", () => {
  const redactor = createRedactor([/internal-\d+/g]);
  const plan = planOf([{ type: "aws_db_instance", attributes: { password: "Correct-Battery-9" } }]);
  expect(redactor.text("internal-42 says Correct-Battery-9")).toBe("••• says Correct-Battery-9");
  redactor.learn(plan);
  expect(redactor.error("the password Correct-Battery-9 is too short")).toBe("the password ••• is too short");
});

describe("check bootstrap", () => {
  const folder = mkdtempSync(join(tmpdir(), "check-bootstrap-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function stack(name: string, output: object): Stack {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "cdk.tf.json"), JSON.stringify({ output }));
    return { name, folder: join(folder, name) } as Stack;
  }

  const stacks = [
    stack("access", { applied_by: { value: "bootstrap" } }),
    stack("state", { applied_by: { value: "bootstrap" } }),
    stack("network", { vpc_id: { value: "vpc-1" } }),
  ];
  const check = (...differing: string[]) => checkBootstrap(differing, { stacks, environment: "staging" }, "trunk");

  test("a change to what only a person applies stops a job before it applies anything, with the command", async () => {
    const failure = await failureFrom(() => check("access", "network"));
    expect(failure.reason).toBe("bootstrap-needed");
    expect(failure.what).toBe("Stack `access` differs from what was last applied, and no job may apply that");
    expect(failure.next).toMatch(/`npm run bootstrap -- staging` on `trunk`, then run this job again$/);
    expect((await failureFrom(() => check("access", "state"))).what).toMatch(/^Stacks access, state differ/);
  });

  test("where these are as they were, it goes on", async () => {
    await expect(check("network")).resolves.toBeUndefined();
    await expect(check()).resolves.toBeUndefined();
  });
});
