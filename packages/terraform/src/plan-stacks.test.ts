import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { planChanged } from "./plan-stacks.ts";
import type { Stack, StackPlan } from "./stack.ts";

const stack = (name: string, ...upstreams: string[]) =>
  ({
    name,
    upstreams,
    reads: upstreams.map((upstream) => ({ upstream, output: "id" })),
    resourceCount: 17,
  }) as unknown as Stack;
const stacks = [stack("dns", "service"), stack("service", "network"), stack("network"), stack("registry")];
const all = stacks.map(({ name }) => name);

interface Fake {
  readonly applied?: readonly string[];
  readonly different?: readonly string[];
  readonly empty?: readonly string[];
  readonly failing?: Readonly<Record<string, Error>>;
}

function fakeEngine({ applied = all, different = [], empty = [], failing = {} }: Fake) {
  const planned: string[] = [];
  const engine = {
    outputs: async ({ name }: Stack) => (applied.includes(name) ? { id: 1 } : undefined),
    difference: async ({ name }: Stack) => (different.includes(name) ? "its definition changed" : undefined),
    plan: async (each: Stack) => {
      planned.push(each.name);
      const error = failing[each.name];
      if (error !== undefined) throw error;
      return { stack: each, empty: empty.includes(each.name) } as unknown as StackPlan;
    },
  } as unknown as Engine;
  return { engine, planned };
}

const planResults = async (fake: Fake, options = {}) => {
  const { engine, planned } = fakeEngine(fake);
  const results = await planChanged(engine, stacks, { targetId: "one", ...options });
  return { planned, ...Object.fromEntries(results.map((each) => [each.stack.name, each])) } as Readonly<
    Record<string, unknown>
  > & { planned: string[] };
};

test("where nothing differs, nothing is planned", async () => {
  const { planned, network } = await planResults({});
  expect(planned).toEqual([]);
  expect(network).toMatchObject({ kind: "unchanged" });
});

test("a stack that differs is planned, and so is whatever reads it, over any number of steps", async () => {
  const { planned, registry, network, service, dns } = await planResults({ different: ["network"] });
  expect(planned).toEqual(["network", "service", "dns"]);
  expect(registry).toMatchObject({ kind: "unchanged" });
  expect(network).toMatchObject({ kind: "planned", provisional: [], reason: "its definition changed" });
  expect(service).toMatchObject({ provisional: ["network"], reason: "it reads network" });
  expect(dns).toMatchObject({ provisional: ["service"] });
});

test("a plan is final when those of its upstreams are empty, and provisional while one of them is provisional itself", async () => {
  const final = await planResults({ different: ["network"], empty: ["network", "service"] });
  expect(final.service).toMatchObject({ provisional: [] });
  expect(final.dns).toMatchObject({ provisional: [] });
  const open = await planResults({ different: ["network"], empty: ["service"] });
  expect(open.dns).toMatchObject({ provisional: ["service"] });
});

test("a stack whose upstream was never applied is shown as planned later, with its resource count", async () => {
  const { planned, service, dns } = await planResults({ applied: ["registry"], different: all });
  expect(planned).toEqual(["network", "registry"]);
  expect(service).toMatchObject({
    kind: "blocked",
    after: ["network"],
    text: "planned after `network` is applied (17 resources)",
  });
  expect(dns).toMatchObject({ kind: "blocked", after: ["service"] });
});

test("a stack whose plan fails stops no other, its readers' plans are provisional", async () => {
  const error = new EngineError("no");
  const { network, service, registry } = await planResults({
    different: ["network", "registry"],
    failing: { network: error },
  });
  expect(network).toMatchObject({ kind: "failed", error });
  expect(registry).toMatchObject({ kind: "planned" });
  expect(service).toMatchObject({ kind: "planned", provisional: ["network"] });
  const { service: other } = await planResults({ different: ["service"], failing: { service: new TypeError("x") } });
  expect(other).toMatchObject({ kind: "failed", error: { message: "plan of service failed: x" } });
});

test("an interrupt stops", async () => {
  const error = new EngineError("was interrupted", undefined, { reason: "interrupted" });
  await expect(planResults({ different: ["network"], failing: { network: error } })).rejects.toBe(error);
});

test("all stacks are planned when asked for", async () => {
  const { planned, registry } = await planResults({}, { all: true });
  expect(planned.sort()).toEqual([...all].sort());
  expect(registry).toMatchObject({ reason: "all stacks are planned", provisional: [] });
});
