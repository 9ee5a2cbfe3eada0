import { failureFrom } from "@slipway/core/testing/fake-log";
import type { PromisedStack } from "@slipway/plan-review/promise/promise";
import type { Stack } from "@slipway/terraform";
import { chooseStacks, type SelectionRequest } from "./choose-stacks.ts";
import type { ReviewedPlan } from "./find-plans.ts";

const hash = (text: string) => text.padEnd(64, "0");

function stack(name: string, config: string, upstreams: string[] = []): Stack {
  return { name, sha256: hash(config), upstreams } as unknown as Stack;
}

/** A plan of stacks by name and configuration. */
function plan(id: string, stacks: Record<string, string>, waiting: string[] = []): ReviewedPlan {
  const reviewed = Object.entries(stacks).map(([name, config]) => ({ name, config: hash(config) }) as PromisedStack);
  return { id, pulls: [], promise: { stacks: reviewed, waiting } as unknown as ReviewedPlan["promise"] };
}

function choose(stacks: Stack[], differing: string[], plans: ReviewedPlan[]) {
  const differences: SelectionRequest["differences"] = new Map(
    stacks.map(({ name }) => [name, differing.includes(name) ? "its definition changed" : undefined]),
  );
  const { chosen, done, waiting, apart } = chooseStacks({ environment: "staging", stacks, differences, plans });
  const names = (all: readonly Stack[]) => all.map(({ name }) => name);
  const taken = chosen.map((each) => `${each.stack.name} by ${each.plan.id}`);
  return { chosen: taken, done: names(done), waiting: names(waiting), apart: names(apart) };
}

test("a stack that differs is applied by the plan of just its JSON", () => {
  const chosen = choose([stack("network", "a"), stack("data", "b")], ["network"], [plan("one", { network: "a" })]);
  expect(chosen).toEqual({ chosen: ["network by one"], done: [], waiting: [], apart: [] });
});

test("of several pull requests each stack takes the newest plan of its JSON", () => {
  const plans = [plan("new", { network: "b" }), plan("old", { network: "a", data: "a" })];
  expect(choose([stack("network", "a"), stack("data", "a")], ["network", "data"], plans).chosen).toEqual([
    "network by old",
    "data by old",
  ]);
});

test("what is applied already is done, so that a second run does nothing", () => {
  const both = [stack("network", "a"), stack("data", "a")];
  expect(choose(both, [], [plan("one", { network: "a", data: "a" })])).toEqual({
    chosen: [],
    done: ["network", "data"],
    waiting: [],
    apart: [],
  });
});

test("a stack that is as last applied goes along where its plan puts back what was changed in AWS", () => {
  const stacks = [stack("network", "a"), stack("data", "a")];
  const plans = [plan("one", { network: "a", data: "a" })];
  const differences = new Map([
    ["network", undefined],
    ["data", undefined],
  ]);
  const repairs = new Set(["data"]);
  const { chosen, done } = chooseStacks({ environment: "staging", stacks, differences, repairs, plans });
  expect(chosen.map((each) => [each.stack.name, each.repair])).toEqual([["data", true]]);
  expect(done.map(({ name }) => name)).toEqual(["network"]);
});

test("a reader that was reviewed goes along, though nothing of its own differs yet", () => {
  const stacks = [stack("network", "a"), stack("service", "a", ["network"])];
  expect(choose(stacks, ["network"], [plan("one", { network: "a", service: "a" })]).chosen).toEqual([
    "network by one",
    "service by one",
  ]);
});

test("a stack that was reviewed with another JSON stops everything, also as a reader of what would be applied", async () => {
  const changed = await failureFrom(() => choose([stack("data", "b")], ["data"], [plan("one", { data: "a" })]));
  expect(changed).toMatchObject({ reason: "config-changed" });
  expect(changed.message).toContain("`gh workflow run apply.yml -f environment=staging`");
  const stacks = [stack("network", "a"), stack("service", "b", ["network"])];
  const reader = await failureFrom(() => choose(stacks, ["network"], [plan("one", { network: "a", service: "a" })]));
  expect(reader.what).toContain("The definition of stack `service` is not the reviewed one");
});

test("a stack with another JSON that neither differs nor reads what is applied is no matter", () => {
  const stacks = [stack("network", "a"), stack("data", "b")];
  expect(choose(stacks, ["network"], [plan("one", { network: "a", data: "a" })]).chosen).toEqual(["network by one"]);
});

test("what could not be planned waits, what nobody planned is apart", () => {
  const stacks = [stack("network", "a"), stack("service", "a", ["network"]), stack("data", "a")];
  expect(choose(stacks, ["network", "service", "data"], [plan("one", { network: "a" }, ["service"])])).toEqual({
    chosen: ["network by one"],
    done: [],
    waiting: ["service"],
    apart: ["data"],
  });
});
