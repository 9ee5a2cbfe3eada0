import { changeSet, compareChangeSets } from "./change-set.ts";
import type { Json, JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";

type Change = Partial<JsonChange> & { readonly actions: readonly string[] };

function resource(address: string, change: Change, more: Partial<JsonResourceChange> = {}): JsonResourceChange {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name, change: { before: null, after: null, ...change }, ...more };
}

function planOf(changes: readonly JsonResourceChange[], outputs: { readonly [name: string]: Change } = {}): PlanJson {
  const output_changes = Object.fromEntries(
    Object.entries(outputs).map(([name, change]) => [name, { before: null, after: null, ...change }]),
  );
  return { format_version: "1.2", resource_changes: changes, output_changes };
}

const updated = (before: Json, after: Json, unknown: Json = {}) =>
  planOf([resource("aws_x.y", { actions: ["update"], before, after, after_unknown: unknown })]);
const compared = (reviewed: PlanJson, now: PlanJson) => compareChangeSets(changeSet(reviewed), changeSet(now));

test("a plan that would do the same has no difference", () => {
  const plan = updated({ tags: { A: "1" }, size: 1 }, { tags: { A: "2" }, size: 1 });
  expect(compared(plan, structuredClone(plan))).toEqual([]);
});

test("only what changes is in the set, and no value is", () => {
  const [change] = changeSet(updated({ size: 1, secret: "hunter2", gone: "x" }, { size: 1, secret: "correct horse" }));
  expect(Object.keys(change?.attributes ?? {})).toEqual(["/gone", "/secret"]);
  expect(JSON.stringify(change)).not.toMatch(/hunter2|horse/);
});

test("what stays, what is read and data sources are no part of it; moves, imports, forgets and left-over objects are", () => {
  const plan = planOf(
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
    planOf([resource("aws_x.y", { actions: ["delete", "create"], before: { a: 1 }, after: { a: 2 } })]),
    "`aws_x.y` was to be changed and would now be replaced",
  ],
  [
    "a resource more",
    planOf([]),
    planOf([resource("aws_x.y", { actions: ["delete"] })]),
    "`aws_x.y` would be deleted too",
  ],
  [
    "a resource less",
    planOf([resource("aws_x.y", { actions: ["create"] })]),
    planOf([]),
    "`aws_x.y` would no longer be created",
  ],
  [
    "another output",
    planOf([], { url: { actions: ["update"], before: "a", after: "b" } }),
    planOf([], { url: { actions: ["update"], before: "a", after: "c" } }),
    "`output.url`: `value` would get another value",
  ],
  [
    "another object to import",
    planOf([resource("aws_x.y", { actions: ["no-op"], importing: { id: "i-1" } })]),
    planOf([resource("aws_x.y", { actions: ["no-op"], importing: { id: "i-2" } })]),
    "`aws_x.y` would be imported from another object",
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
  const replaced = (actions: string[]) => planOf([resource("aws_x.y", { actions })]);
  expect(compared(replaced(["delete", "create"]), replaced(["create", "delete"]))).toHaveLength(1);
});

test("an attribute whose name has a slash or a tilde is one step", () => {
  const [change] = changeSet(updated({ tags: {} }, { tags: { "a/b~c": "1" } }));
  expect(Object.keys(change?.attributes ?? {})).toEqual(["/tags", "/tags/a~1b~0c"]);
});
