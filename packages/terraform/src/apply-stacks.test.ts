import { convergeStacks } from "./apply-stacks.ts";
import type { Engine } from "./engine.ts";
import type { Stack, StackPlan } from "./stack.ts";

const network = { name: "network", upstreams: [], reads: [], resourceCount: 26 } as unknown as Stack;
const registry = { name: "registry", upstreams: [], reads: [], resourceCount: 3 } as unknown as Stack;
const service = {
  name: "service",
  upstreams: ["network"],
  reads: [{ upstream: "network", output: "id" }],
  resourceCount: 17,
} as unknown as Stack;
const stacks = [service, network, registry];

interface Fake {
  readonly applied?: readonly string[];
  readonly different?: Readonly<Record<string, string>>;
  readonly empty?: boolean;
  readonly failing?: string;
  /** Milliseconds that applies take. */
  readonly slow?: Readonly<Record<string, number>>;
}

function fakeEngine({ applied = [], different = {}, empty = false, failing, slow = {} }: Fake) {
  const calls: string[] = [];
  const engine = {
    outputs: async ({ name }: Stack) => (applied.includes(name) ? { id: 1 } : undefined),
    difference: async ({ name }: Stack) => different[name],
    plan: async (stack: Stack) => {
      calls.push(`plan ${stack.name}`);
      if (stack.name === failing) throw new Error("no");
      return { stack, empty, summary: { add: 1 } } as unknown as StackPlan;
    },
    apply: async ({ stack }: StackPlan) => {
      await new Promise((resolve) => setTimeout(resolve, slow[stack.name] ?? 5));
      calls.push(`apply ${stack.name}`);
      return { outputs: { id: 2 } };
    },
    record: async ({ name }: Stack, targetId: string) => void calls.push(`record ${name} ${targetId}`),
  } as unknown as Engine;
  return { engine, calls };
}

const never = { network: "never applied", registry: "never applied", service: "never applied" };
const converge = (engine: Engine, stillThere = async () => true) =>
  convergeStacks({ engine, stacks, targetId: "one", stillThere });

test("stacks are planned, applied and recorded side by side, each as soon as those that it reads are done", async () => {
  const { engine, calls } = fakeEngine({ different: never, slow: { registry: 100 } });
  const results = await converge(engine);
  expect(calls.slice(0, 2).sort()).toEqual(["plan network", "plan registry"]);
  expect(calls.slice(2)).toEqual([
    ...["apply network", "record network one", "plan service", "apply service", "record service one"],
    ...["apply registry", "record registry one"],
  ]);
  expect(results.map(({ stack, status }) => `${stack.name} ${status}`)).toEqual([
    "network applied",
    "registry applied",
    "service applied",
  ]);
});

test("an unchanged stack is not planned, unless its objects are gone", async () => {
  const all = ["network", "registry", "service"];
  const { engine, calls } = fakeEngine({
    applied: all,
    different: { registry: "its definition changed" },
    empty: true,
  });
  const results = await converge(engine);
  expect(calls).toEqual(["plan registry", "apply registry", "record registry one"]);
  expect(results.map(({ stack, status }) => [stack.name, status])).toEqual([
    ["network", "unchanged"],
    ["registry", "no-changes"],
    ["service", "unchanged"],
  ]);
  calls.length = 0;
  await converge(engine, async () => false);
  expect(calls).toContain("plan network");
});

test("what a plan kept is deleted once the stacks behind are applied", async () => {
  const { engine, calls } = fakeEngine({ different: never });
  const { plan } = engine;
  const kept = ["aws_acm_certificate.old"];
  let plans = 0;
  const keeping = {
    ...engine,
    plan: async (stack: Stack) => {
      if (stack.name !== "network") return plan(stack);
      plans += 1;
      return { ...(await plan(stack)), ...(plans === 1 && { kept }) };
    },
  };
  const results = await converge(keeping);
  const [first, last] = [calls.indexOf("apply service"), calls.lastIndexOf("apply network")];
  expect(last).toBeGreaterThan(first);
  expect(calls.filter((call) => call === "apply network")).toHaveLength(2);
  expect(calls.at(-1)).toBe("record network one");
  expect(results.map(({ stack }) => stack.name).sort()).toEqual(["network", "registry", "service"]);
});

test("after a failure no stack is begun, and it is thrown once those under way have ended", async () => {
  const { engine, calls } = fakeEngine({ different: never, failing: "network" });
  await expect(converge(engine)).rejects.toThrow("no");
  expect(calls).toContain("record registry one");
  expect(calls).not.toContain("plan service");
});

test("what is asked before a plan stops the stack that it refuses, and is not asked of unchanged ones", async () => {
  const { engine, calls } = fakeEngine({ applied: ["network", "registry"], different: { service: "never applied" } });
  const asked: string[] = [];
  const beforePlan = async ({ name }: Stack) => {
    asked.push(name);
    throw new Error("not yet");
  };
  const run = convergeStacks({ engine, stacks, targetId: "one", stillThere: async () => true, beforePlan });
  await expect(run).rejects.toThrow("not yet");
  expect(asked).toEqual(["service"]);
  expect(calls).toEqual([]);
});
