import { changeSet } from "../plan/change-set.ts";
import type { JsonChange, JsonResourceChange, PlanJson } from "../plan/plan-json.ts";
import { type Change, planWith, resource, updated } from "../testing/plan-with.ts";
import { compareChangeSets } from "./compare-changes.ts";

const compared = (reviewed: PlanJson, now: PlanJson) => compareChangeSets(changeSet(reviewed), changeSet(now));

test("a plan that would do the same has no difference", () => {
  const plan = updated({ tags: { A: "1" }, size: 1 }, { tags: { A: "2" }, size: 1 });
  expect(compared(plan, structuredClone(plan))).toEqual([]);
});

test.each<[string, PlanJson, PlanJson, string]>([
  ["another value", updated({ a: 1 }, { a: 2 }), updated({ a: 1 }, { a: 3 }), "`aws_x.y`: `a` would get another value"],
  [
    "an attribute more",
    updated({ a: 1, b: [{ c: 1 }] }, { a: 2, b: [{ c: 1 }] }),
    updated({ a: 1, b: [{ c: 1 }] }, { a: 2, b: [{ c: 2 }] }),
    "`aws_x.y`: `b.0.c` would change too",
  ],
  [
    "an attribute less",
    updated({ a: 1, b: 1 }, { a: 2, b: 2 }),
    updated({ a: 1, b: 1 }, { a: 2, b: 1 }),
    "`aws_x.y`: `b` would no longer change",
  ],
  [
    "a value that is not known any more",
    updated({ a: 1 }, { a: 2 }),
    updated({ a: 1 }, {}, { a: true }),
    "`aws_x.y`: `a` is known only after the apply now",
  ],
  [
    "another action",
    updated({ a: 1 }, { a: 2 }),
    planWith([resource("aws_x.y", { actions: ["delete", "create"], before: { a: 1 }, after: { a: 2 } })]),
    "`aws_x.y`: reviewed: update in place; now: replace",
  ],
  [
    "a resource more",
    planWith([]),
    planWith([resource("aws_x.y", { actions: ["delete"] })]),
    "`aws_x.y`: reviewed: no change; now: destroy",
  ],
  [
    "a resource less",
    planWith([resource("aws_x.y", { actions: ["create"] })]),
    planWith([]),
    "`aws_x.y`: reviewed: create; now: no change",
  ],
  [
    "another output",
    planWith([], { url: { actions: ["update"], before: "a", after: "b" } }),
    planWith([], { url: { actions: ["update"], before: "a", after: "c" } }),
    "`output.url`: `value` would get another value",
  ],
  [
    "another object to import",
    planWith([resource("aws_x.y", { actions: ["no-op"], importing: { id: "i-1" } })]),
    planWith([resource("aws_x.y", { actions: ["no-op"], importing: { id: "i-2" } })]),
    "`aws_x.y`: another object would be imported than was reviewed",
  ],
])("%s is a difference, in words", (_, reviewed, now, words) => {
  expect(compared(reviewed, now)).toEqual([words]);
});

test("a value that was not known when it was reviewed may be any, and so may all beneath it", () => {
  const reviewed = updated({ ids: ["a"], name: "n" }, { name: "n" }, { ids: true });
  expect(compared(reviewed, updated({ ids: ["a"], name: "n" }, { ids: ["b", "c"], name: "n" }))).toEqual([]);
  expect(compared(reviewed, updated({ ids: ["a"], name: "n" }, { ids: ["b"], name: "m" }))).toHaveLength(1);
});

test("a replacement that creates before it deletes is another one", () => {
  const replaced = (actions: string[]) => planWith([resource("aws_x.y", { actions })]);
  expect(compared(replaced(["delete", "create"]), replaced(["create", "delete"]))).toHaveLength(1);
});

test("what replaces is shown with why: the attribute that forces it, or Terraform's own word", () => {
  const now = (more: Partial<JsonResourceChange>, change: Partial<JsonChange> = {}) =>
    planWith([
      resource("aws_x.y", { actions: ["delete", "create"], before: { a: 1 }, after: { a: 2 }, ...change }, more),
    ]);
  const reviewed = updated({ a: 1 }, { a: 2 });
  const forced = { replace_paths: [["a"], ["tags", "Name"]] };
  expect(compared(reviewed, now({ action_reason: "replace_because_cannot_update" }, forced))).toEqual([
    "`aws_x.y`: reviewed: update in place; now: replace, because `a`, `tags.Name` force it",
  ]);
  expect(compared(now({}), now({ action_reason: "replace_because_tainted" }))).toEqual([
    "`aws_x.y`: reviewed: replace; now: replace, because tainted",
  ]);
});

const none = planWith([]);
const action = { address: "action.aws_lambda_invoke.warm", type: "aws_lambda_invoke", name: "warm" };
const after = (event: string) => ({
  lifecycle_action_trigger: { triggering_resource_address: "aws_ecs_service.web", action_trigger_event: event },
});
const runs = (more: object) => ({ ...none, action_invocations: [{ ...action, ...more }] });
const putOff = (change: Change, reason = "instance_count_unknown") => ({
  ...none,
  deferred_changes: [{ reason, resource_change: resource("aws_x.y", change) }],
});
const still = { actions: ["no-op"] };

test.each<[string, PlanJson, PlanJson, string]>([
  [
    "an action",
    none,
    runs(after("AfterUpdate")),
    "`action.aws_lambda_invoke.warm` (AfterUpdate aws_ecs_service.web 0.0): reviewed: no change; now: run",
  ],
  [
    "what an action is given",
    runs({ config_values: { a: 1 } }),
    runs({ config_values: { a: 2 } }),
    "`action.aws_lambda_invoke.warm` (invoked): `a` would get another value",
  ],
  [
    "a deferred change",
    none,
    putOff({ actions: ["create"] }),
    "`aws_x.y` (put off): reviewed: no change; now: create, later (instance_count_unknown)",
  ],
  [
    "an import",
    none,
    planWith([resource("aws_x.y", { ...still, importing: { identity: { name: "shop" } } })]),
    "`aws_x.y`: reviewed: no change; now: import",
  ],
  [
    "an import beside a change",
    updated({ a: 1 }, { a: 2 }),
    planWith([resource("aws_x.y", { actions: ["update"], before: { a: 1 }, after: { a: 2 }, importing: { id: "i" } })]),
    "`aws_x.y`: reviewed: update in place; now: import, update in place",
  ],
  [
    "a move",
    none,
    planWith([resource("aws_x.y", still, { previous_address: "aws_x.old" })]),
    "`aws_x.y`: reviewed: no change; now: move from `aws_x.old`",
  ],
  [
    "a forget",
    planWith([resource("aws_x.y", { actions: ["delete"] })]),
    planWith([resource("aws_x.y", { actions: ["forget"] })]),
    "`aws_x.y`: reviewed: destroy; now: leave to AWS",
  ],
  [
    "an unknown action",
    none,
    planWith([resource("aws_x.y", { actions: ["create", "archive"] })]),
    '`aws_x.y`: reviewed: no change; now: "create,archive"',
  ],
])("%s alone makes another plan", (_, reviewed, now, words) => {
  expect(compared(reviewed, now)).toEqual([words]);
  expect(compared(now, reviewed)).toHaveLength(1);
  expect(compared(now, structuredClone(now))).toEqual([]);
});

test("an action that starts once more, or at another event, is not taken for the reviewed one", () => {
  expect(compared(runs(after("AfterUpdate")), runs(after("BeforeUpdate")))).toHaveLength(2);
  const once = runs(after("AfterUpdate"));
  const twice = { ...once, action_invocations: [...once.action_invocations, ...once.action_invocations] };
  expect(compared(once, twice)).toHaveLength(1);
});

test("an object to import that was not known when it was reviewed may be any", () => {
  const imports = (importing: object) => planWith([resource("aws_x.y", { ...still, importing })]);
  expect(compared(imports({ unknown: true }), imports({ id: "i-1" }))).toEqual([]);
});
