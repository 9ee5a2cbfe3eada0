import { planWith, resource, updated } from "../testing/plan-with.ts";
import { changeSet } from "./change-set.ts";

test("only what changes is in the set, and no value is", () => {
  const [change] = changeSet(updated({ size: 1, secret: "hunter2", gone: "x" }, { size: 1, secret: "correct horse" }));
  expect(Object.keys(change?.attributes ?? {})).toEqual(["/gone", "/secret"]);
  expect(JSON.stringify(change)).not.toMatch(/hunter2|horse/);
});

test("what stays, what is read and data sources are no part of it; moves, imports, forgets and left-over objects are", () => {
  const plan = planWith(
    [
      resource("aws_x.same", { actions: ["no-op"] }),
      resource("aws_x.read", { actions: ["read"] }),
      resource("data.aws_x.y", { actions: ["create"] }, { mode: "data" }),
      resource("aws_x.moved", { actions: ["no-op"] }, { previous_address: "aws_x.old" }),
      resource("aws_x.imported", { actions: ["no-op"], importing: { id: "i-1" } }),
      resource("aws_x.forgotten", { actions: ["forget"] }),
      resource("aws_x.same", { actions: ["delete"] }, { deposed: "00c0ffee" }),
    ],
    { url: { actions: ["create"], after: "http://a" }, same: { actions: ["no-op"] } },
  );
  expect(changeSet(plan).map(({ address, actions }) => `${address} ${actions}`)).toEqual([
    "aws_x.forgotten forget",
    "aws_x.imported no-op",
    "aws_x.moved no-op",
    "aws_x.same delete",
    "output.url create",
  ]);
});

test("an attribute whose name has a slash or a tilde is one step", () => {
  const [change] = changeSet(updated({ tags: {} }, { tags: { "a/b~c": "1" } }));
  expect(Object.keys(change?.attributes ?? {})).toEqual(["/tags", "/tags/a~1b~0c"]);
});

test("actions to run and what is put off are part of it, with what starts an action and why a change waits", () => {
  const trigger = {
    triggering_resource_address: "aws_ecs_service.web",
    action_trigger_event: "AfterUpdate",
    action_trigger_block_index: 0,
    actions_list_index: 1,
  };
  const action = { address: "action.aws_lambda_invoke.warm", type: "aws_lambda_invoke", name: "warm" };
  const waiting = resource("aws_x.later", { actions: ["create"], after: { a: 1 } });
  const set = changeSet({
    ...planWith([]),
    action_invocations: [{ ...action, config_values: { name: "warm" }, lifecycle_action_trigger: trigger }],
    deferred_changes: [{ reason: "instance_count_unknown", resource_change: waiting }],
    deferred_action_invocations: [{ reason: "deferred_prereq", action_invocation: { ...action, name: "cold" } }],
  });
  expect(set.map(({ attributes, ...rest }) => ({ ...rest, attributes: Object.keys(attributes) }))).toEqual([
    {
      address: "action.aws_lambda_invoke.warm",
      actions: ["run"],
      startedBy: "AfterUpdate aws_ecs_service.web 0.1",
      attributes: ["/name"],
    },
    {
      address: "action.aws_lambda_invoke.warm",
      actions: ["run"],
      startedBy: "invoked",
      deferred: "deferred_prereq",
      attributes: [],
    },
    { address: "aws_x.later", actions: ["create"], deferred: "instance_count_unknown", attributes: ["/a"] },
  ]);
});
