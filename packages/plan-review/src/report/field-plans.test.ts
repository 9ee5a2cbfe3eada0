import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanJson } from "../plan/plan-json.ts";
import { destructiveAddresses } from "../plan/risk.ts";
import { planOf } from "../testing/plan-of.ts";
import { buildReport } from "./build-report.ts";
import { reportBody } from "./render-report.ts";
import { reportOutputs } from "./report-counts.ts";
import { reportSchema } from "./report-schema.ts";

const fixture = (name: string): PlanJson =>
  JSON.parse(readFileSync(join(__dirname, "../plan/fixtures", `${name}.plan.json`), "utf8"));

function shown(plan: PlanJson) {
  const built = buildReport(
    {
      kind: "plan",
      environment: "production",
      head: "3d3c42e5aac5ba805825da76410c181273ba90b1",
      engine: "Terraform 1.14.0",
      provider: "hashicorp/aws 6.0.0",
      stacks: [{ name: "web", status: "planned", hash: "0123456789", constructPaths: new Map(), plan }],
    },
    { patterns: [], names: [] },
  );
  // As another job reads it.
  const report = reportSchema.parse(JSON.parse(JSON.stringify(built)));
  return { report, outputs: reportOutputs(report), text: reportBody(report) };
}

const titleOf = (text: string) => text.split("\n").find((line) => line.startsWith("## "));

test("a replacement that forgets the old object is a replacement, and loses nothing", () => {
  const { text, outputs } = shown(fixture("forget-then-create"));
  expect(titleOf(text)).toBe("## Plan for `production`: **1 to replace**");
  expect(outputs).toMatchObject({ "has-changes": "true", "to-replace": "1", risk: "replace-or-delete" });
  expect(text).toContain(
    "± <code>aws_s3_bucket.files</code> · the old one leaves the state and stays in AWS · in <b>web</b>",
  );
  expect(text).toContain('! bucket: "shop-a" → "shop-b"   # forces replacement');
  expect(text).not.toContain("is lost");
  expect(destructiveAddresses(fixture("forget-then-create"))).toEqual([]);
});

test("an action that the apply runs has a line of its own", () => {
  const { text, outputs } = shown(fixture("action-only"));
  expect(titleOf(text)).toBe("## Plan for `production`: 1 action to run");
  expect(text).toContain("▶ action.aws_lambda_invoke.warm · after aws_ecs_service.web is updated");
  expect(text).toContain('+ function_name = "warm"');
  expect(text).toContain("| `web` |  |  |  |  | 1 action to run |");
  expect(outputs).toMatchObject({ "has-changes": "true", "to-run": "1", risk: "change" });
});

test.each([
  [
    "After",
    { lifecycle_action_trigger: { triggering_resource_address: "a.b", action_trigger_event: "AfterCreate" } },
    "after a.b is created",
  ],
  [
    "Before",
    { lifecycle_action_trigger: { triggering_resource_address: "a.b", action_trigger_event: "BeforeDestroy" } },
    "before a.b is destroyed",
  ],
  [
    "a later one",
    { lifecycle_action_trigger: { triggering_resource_address: "a.b", action_trigger_event: "OnTuesday" } },
    "OnTuesday of a.b",
  ],
  ["-invoke", { invoke_action_trigger: {} }, "asked for by -invoke"],
  [
    "-invoke for a resource",
    { invoke_action_trigger: { calling_resource_address: "a.b" } },
    "asked for by -invoke for a.b",
  ],
  ["none", {}, "its trigger is not known here"],
])("what starts an action is named: %s", (_, trigger, words) => {
  const invocation = { address: "action.x.y", type: "x", name: "y", ...trigger };
  expect(shown({ format_version: "1.2", action_invocations: [invocation] }).text).toContain(`▶ action.x.y · ${words}`);
});

test("what an action is given is redacted as any value", () => {
  const given = { payload: "Oak+Finch!27x", password: "Elm-Robin-31y", url: "https://example.com" };
  const invocation = {
    address: "action.x.y",
    type: "x",
    name: "y",
    config_values: given,
    config_sensitive: { payload: true },
  };
  const { text } = shown({
    ...planOf([{ type: "aws_x", attributes: { note: "it is Oak+Finch!27x" } }]),
    action_invocations: [invocation],
  });
  expect(text).toContain("payload = (sensitive)");
  expect(text).not.toMatch(/Oak.Finch|Elm-Robin/);
});

const putOff = {
  address: "aws_x.y",
  mode: "managed",
  type: "aws_x",
  name: "y",
  change: { actions: ["create"], before: null, after: {} },
};

test.each<[string, PlanJson, string]>([
  ["an error", fixture("errored"), "An error ended the plan"],
  ["an error, in OpenTofu", { format_version: "1.2", errored: true }, "An error ended the plan"],
  [
    "a deferred change",
    { format_version: "1.2", deferred_changes: [{ reason: "instance_count_unknown", resource_change: putOff }] },
    "- aws_x.y (create) is put off: how many there are is not known yet",
  ],
  [
    "a deferred change for a new reason",
    { format_version: "1.2", deferred_changes: [{ reason: "moon_phase", resource_change: putOff }] },
    "- aws_x.y (create) is put off: moon_phase",
  ],
  [
    "a deferred action",
    {
      format_version: "1.2",
      deferred_action_invocations: [
        { reason: "deferred_prereq", action_invocation: { address: "action.x.y", type: "x", name: "y" } },
      ],
    },
    "- action.x.y is put off: what it depends on is put off",
  ],
  ["-target", { ...planOf([{ type: "aws_x", attributes: {} }]), complete: false }, "Terraform left something out"],
  ["what is not applyable", { ...planOf([{ type: "aws_x", attributes: {} }]), applyable: false }, "is not applyable"],
])("a plan that is not complete counts as failed: %s", (_, plan, why) => {
  const { report, text, outputs } = shown(plan);
  expect(report.stacks[0]?.status).toBe("failed");
  expect(outputs).toMatchObject({ "has-changes": "true", "failed-stacks": "web" });
  expect(titleOf(text)).toContain("**1 stack failed**");
  expect(text).toContain("this plan is not complete and cannot be applied");
  expect(text).toContain(why);
  expect(text).not.toContain("no changes");
});

test("a plan without changes is not applyable either, and is fine", () => {
  const plan = { format_version: "1.2", applyable: false, complete: true, errored: false };
  expect(titleOf(shown(plan).text)).toBe("## Plan for `production`: no changes");
});

test("a check that fails is a warning with its name and message", () => {
  const { text, outputs } = shown(fixture("failed-check"));
  expect(titleOf(text)).toBe("## Plan for `production`: no changes, **1 check does not pass**");
  expect(text).toContain("> [!WARNING]");
  expect(text).toContain(
    "> - `check.answers` (stack `web`) fails: `https://shop.example.com must answer 200, not 503.`",
  );
  expect(outputs).toMatchObject({ "has-changes": "false", "failed-checks": "1" });
});

test.each(["aws_instance", "aws_db_instance"])(
  "an unknown action counts as a change and is at least a replacement: %s",
  (type) => {
    const [entry] = planOf([{ type, attributes: {} }]).resource_changes ?? [];
    if (entry === undefined) throw new Error("planOf must make a change");
    const plan = {
      format_version: "1.2",
      resource_changes: [{ ...entry, change: { ...entry.change, actions: ["fold", "spindle"] } }],
    };
    const { text, outputs } = shown(plan);
    expect(titleOf(text)).toBe("## Plan for `production`: 1 to change, **1 not understood**");
    expect(text).toContain(`- ? \`${type}.example_0\` · not understood: fold, spindle · in <b>web</b>`);
    const stateful = type === "aws_db_instance";
    expect(outputs).toMatchObject({ "to-change": "1", risk: stateful ? "data-loss" : "replace-or-delete" });
    expect(destructiveAddresses(plan)).toEqual(stateful ? ["aws_db_instance.example_0"] : []);
  },
);

test("a section that no table knows is shown, counts as a change and is at least a replacement", () => {
  const { text, outputs } = shown({ format_version: "1.3", stack_migrations: [{ id: 1 }], empty_one: [] } as PlanJson);
  expect(titleOf(text)).toBe("## Plan for `production`: 1 to change, **1 not understood**");
  expect(text).toContain("stack_migrations");
  expect(text).not.toContain("empty_one");
  expect(outputs).toMatchObject({ "has-changes": "true", risk: "replace-or-delete" });
});

test.each([
  ["tainted", "- ± `aws_instance.web` · tainted · in <b>web</b>"],
  ["replaced-by-trigger", "- ± `aws_ecs_service.web` · replace_triggered_by · in <b>web</b>"],
])("why something is replaced is said: %s", (name, words) => {
  expect(shown(fixture(name)).text).toContain(words);
});

test("what a replacement left over is named as that, not as the living object", () => {
  const { text, outputs } = shown(fixture("deposed"));
  expect(titleOf(text)).toBe("## Plan for `production`: **1 to destroy**");
  expect(text).toContain("− <code>aws_db_instance.main</code> · <code>left over from a replacement (0a1b2c3d)</code>");
  expect(text).toContain(
    "> - what a replacement of `aws_db_instance.main` left over, `0a1b2c3d`, (stack `web`) will be **destroyed**.",
  );
  expect(text).not.toContain("- `aws_db_instance.main` (stack");
  expect(text).not.toContain("db-2");
  expect(outputs).toMatchObject({ "to-destroy": "1", risk: "data-loss" });
});

test("drift of the living object says nothing of what was left over", () => {
  const [living, leftOver] = fixture("deposed").resource_changes ?? [];
  if (living === undefined || leftOver === undefined) throw new Error("the fixture must have both");
  const gone = { ...living, change: { actions: ["delete"], before: { id: "db-2" }, after: null } };
  const made = { ...leftOver, change: { actions: ["create"], before: null, after: { identifier: "main" } } };
  const { text } = shown({ format_version: "1.2", resource_changes: [made], resource_drift: [gone] });
  expect(text).not.toContain("puts back");
});

test("an import by identity counts as an import and as the change that it brings", () => {
  const { text, outputs } = shown(fixture("import-by-identity"));
  expect(titleOf(text)).toBe("## Plan for `production`: 1 to change, 1 to import");
  expect(text).toContain("~ aws_ecr_repository.app · imports name=shop @@");
  expect(text).toContain('! image_tag_mutability: "MUTABLE" → "IMMUTABLE"');
  expect(outputs).toMatchObject({ "to-change": "1", "to-import": "1" });
});

test.each([
  [{ id: "shop" }, "imports shop"],
  [{ identity: { arn: "arn:aws:iam::333333333333:role/shop" } }, "imports arn=arn:aws:iam::333333333333:role/shop"],
  [
    { identity: { cluster: "a", service: "b", port: 1, region: "eu-west-1", zone: null } },
    "imports cluster=a, service=b, port=1",
  ],
  [
    { identity: { account_id: "333333333333", region: "eu-west-1" } },
    "imports account_id=333333333333, region=eu-west-1",
  ],
  [{ unknown: true }, "imports what is not known yet"],
])("what is imported is named: %j", (importing, words) => {
  const [entry] = fixture("import-by-identity").resource_changes ?? [];
  if (entry === undefined) throw new Error("the fixture must have a change");
  const change = { ...entry.change, actions: ["no-op"], after: entry.change.before, importing };
  const { text, outputs } = shown({ format_version: "1.2", resource_changes: [{ ...entry, change }] });
  expect(text).toContain(words);
  expect(outputs).toMatchObject({ "to-import": "1", "to-change": "0", risk: "bookkeeping" });
});

test("an update of only the order is one line", () => {
  const { text } = shown(fixture("only-the-order"));
  const [, diff = ""] = /```diff\n([^`]*)\n```/.exec(text) ?? [];
  expect(diff).toBe("@@ ~ aws_lb_listener_rule.login @@\n! action: other order");
});

test("an update that makes another nothing of nothing is one line", () => {
  const [entry] = fixture("only-the-order").resource_changes ?? [];
  if (entry === undefined) throw new Error("the fixture must have a change");
  const change = { actions: ["update"], before: { description: null }, after: { description: "" } };
  const { text } = shown({ format_version: "1.2", resource_changes: [{ ...entry, change }] });
  expect(text).toContain('@@\n! description: null → ""\n```');
});

test("an update in which no value differs says that", () => {
  const [entry] = fixture("only-the-order").resource_changes ?? [];
  if (entry === undefined) throw new Error("the fixture must have a change");
  const change = { actions: ["update"], before: { a: "x" }, after: { a: "x" }, after_sensitive: { a: true } };
  expect(shown({ format_version: "1.2", resource_changes: [{ ...entry, change }] }).text).toContain("no value differs");
  const output = { actions: ["update"], before: "x", after: "x", before_sensitive: true, after_sensitive: true };
  const { text, outputs } = shown({ format_version: "1.2", output_changes: { url: output } });
  expect(titleOf(text)).toContain("only outputs change");
  expect(text).toContain("! url: update, no value differs");
  expect(outputs["has-changes"]).toBe("true");
});

test("drift of an unknown kind is shown with its words", () => {
  const [entry] = fixture("only-the-order").resource_changes ?? [];
  if (entry === undefined) throw new Error("the fixture must have a change");
  const drifted = { ...entry, change: { ...entry.change, actions: ["evaporate"] } };
  const { text } = shown({ format_version: "1.2", resource_drift: [drifted] });
  expect(titleOf(text)).toContain("something changed outside");
  expect(text).toContain("⚠ aws_lb_listener_rule.login · not understood: evaporate");
});
