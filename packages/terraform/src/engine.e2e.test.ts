import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convergeStacks } from "./apply-stacks.ts";
import { createEngine, type Engine } from "./engine.ts";
import { planChanged } from "./plan-stacks.ts";
import { readStacks } from "./read-stacks.ts";
import type { EngineEvent, Stack } from "./stack.ts";
import { type FakeTerraform, fakeTerraform } from "./testing/fake-terraform.ts";

// It starts a process per call: too slow for the unit tests.
jest.setTimeout(60_000);

let folder: string;
let terraform: FakeTerraform;
let events: EngineEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  terraform = fakeTerraform(folder);
  events = [];
  writeFileSync(join(folder, "rc"), "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(version = "1.11.4"): { engine: Engine; stacks: readonly Stack[]; stack: (name: string) => Stack } {
  const stacks = readStacks(terraform.outdir);
  const engine = createEngine({
    folder: join(folder, "env"),
    stacks,
    terraform: { path: terraform.path, version },
    cliConfiguration: { path: join(folder, "rc"), mirror: undefined, sharedCache: false },
    variables: terraform.variables,
    onEvent: (event) => events.push(event),
    importFinder: async () => ({}),
  });
  return { engine, stacks, stack: (name) => stacks.find((each) => each.name === name) as Stack };
}

const notices = () => events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
const started = async () => {
  while (!events.some((event) => event.type === "resource")) await new Promise((resolve) => setTimeout(resolve, 20));
};

test("a certificate that is served stays in a plan, and the next plan decides anew", async () => {
  terraform.write({ certificates: { served: ["old"] } });
  const { engine, stack } = open();
  const plan = await engine.plan(stack("certificates"));
  expect(plan).toMatchObject({ kept: ["aws_acm_certificate.old"], changes: [{ address: "fake.it" }] });
  expect(notices()).toEqual(["aws_acm_certificate.old stays until nothing serves it any more"]);
  terraform.write({ certificates: {} });
  expect((await open().engine.plan(stack("certificates"))).kept).toBeUndefined();
  expect(existsSync(join(folder, "env", "stacks", "certificates", "kept.tf.json"))).toBe(false);
});

test("a stack is initialised, planned and applied; the second time it is only planned", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" } } });
  const { engine, stack } = open();
  const plan = await engine.plan(stack("network"));
  expect(plan).toMatchObject({
    empty: false,
    summary: { add: 1 },
    changes: [{ address: "fake.it", action: "create" }],
  });
  await expect(engine.apply(plan)).resolves.toMatchObject({ outputs: { id: "vpc-1" }, replanned: false });
  expect(terraform.calls()).toEqual(["network init", "network plan", "network apply"]);
  const again = await engine.plan(stack("network"));
  expect(again.empty).toBe(true);
  await engine.apply(again);
  expect(terraform.calls()).toEqual(["network plan"]);
  await open("1.12.0").engine.plan(stack("network"));
  expect(terraform.calls()).toEqual(["network init", "network plan"]);
});

test("a saved plan whose upstream changed since is planned again before it is applied", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1", other: 1 } }, service: { reads: ["network.id"] } });
  const { engine, stack } = open();
  await engine.apply(await engine.plan(stack("network")));
  const plan = await engine.plan(stack("service"));
  terraform.write({ network: { outputs: { id: "vpc-1", other: 2 } } });
  const second = open();
  await second.engine.apply(await second.engine.plan(second.stack("network")));
  terraform.calls();
  // An output that it does not read is no reason.
  await expect(engine.apply(plan)).resolves.toMatchObject({ replanned: false });
  const saved = { ...(await engine.plan(stack("service"))), empty: false };
  terraform.write({ network: { outputs: { id: "vpc-2", other: 2 } } });
  const third = open();
  await third.engine.apply(await third.engine.plan(third.stack("network")));
  terraform.calls();
  await expect(engine.apply(saved)).resolves.toMatchObject({ replanned: true });
  expect(terraform.calls()[0]).toBe("service plan");
  expect(notices()).toEqual(["service is planned again: network.id changed since its plan"]);
});

test("what was applied is unchanged until its definition, its AWS or an output it reads changes, or its state goes", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" } }, service: { reads: ["network.id"] } });
  const { engine, stack } = open();
  expect(await engine.difference(stack("network"), "one")).toBe("never applied");
  for (const name of ["network", "service"]) {
    await engine.apply(await engine.plan(stack(name)));
    await engine.record(stack(name), "one");
    expect(await engine.difference(stack(name), "one")).toBeUndefined();
  }
  expect(await engine.difference(stack("network"), "two")).toBe("the AWS it lives in changed");
  terraform.write({ network: { outputs: { id: "vpc-2" } } });
  const edited = open();
  expect(await edited.engine.difference(edited.stack("network"), "one")).toBe("its definition changed");
  await edited.engine.apply(await edited.engine.plan(edited.stack("network")));
  expect(await engine.difference(stack("service"), "one")).toBe("upstream output network.id changed");
  await edited.engine.record(edited.stack("network"), "one");
  rmSync(join(folder, "env", "state", "network.tfstate"));
  expect(await edited.engine.difference(edited.stack("network"), "one")).toBe("its state is gone");
});

test("a failed apply gives the reason and leaves a marker, so that the next run looks for what it made", async () => {
  terraform.write({ network: { error: "creating VPC: limit" } });
  const { engine, stack } = open();
  const plan = await engine.plan(stack("network"));
  await expect(engine.apply(plan)).rejects.toThrow(
    /^apply of network failed: creating VPC: limit; the whole log: .*network\.apply\.log$/,
  );
  expect(existsSync(join(folder, "env", "applying", "network.json"))).toBe(true);
  expect(await engine.difference(stack("network"), "one")).toBe("its last apply did not finish");
});

test("a stack that is back to what its state holds needs no apply: its record ends the unfinished one", async () => {
  const network = { outputs: { id: "vpc-1" } };
  terraform.write({ network });
  const { engine, stack } = open();
  await engine.apply(await engine.plan(stack("network")));
  terraform.write({ network: { outputs: { id: "vpc-2" }, error: "limit" } });
  const second = open();
  await expect(second.engine.apply(await second.engine.plan(second.stack("network")))).rejects.toThrow("limit");
  terraform.write({ network });
  const third = open();
  expect((await third.engine.plan(third.stack("network"))).empty).toBe(true);
  expect(await third.engine.difference(third.stack("network"), "one")).toBe("its last apply did not finish");
  await third.engine.record(third.stack("network"), "one");
  expect(await third.engine.difference(third.stack("network"), "one")).toBeUndefined();
});

test("a plan that is only shown takes no lock, and one can plan what changed outside Terraform alone", async () => {
  terraform.write({ network: {} });
  const { engine, stack } = open();
  await engine.plan(stack("network"), { lock: false });
  await engine.plan(stack("network"), { refreshOnly: true });
  expect(terraform.calls()).toEqual(["network init", "network plan -lock=false", "network plan -refresh-only"]);
});

test("a plan that must be applied exactly is not planned again when an upstream output changed: nothing is applied", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" } }, service: { reads: ["network.id"] } });
  const { engine, stack } = open();
  await engine.apply(await engine.plan(stack("network")));
  const plan = await engine.plan(stack("service"));
  terraform.write({ network: { outputs: { id: "vpc-2" } }, service: { reads: ["network.id"] } });
  const next = open();
  await next.engine.apply(await next.engine.plan(next.stack("network")));
  terraform.calls();
  await expect(engine.apply(plan, { exactly: true })).rejects.toMatchObject({
    reason: "saved-plan-stale",
    message: expect.stringContaining("network.id changed since the plan was made"),
  });
  expect(terraform.calls()).toEqual([]);
});

test("only what changed is planned, with what reads it, and a plan that fails stops no other", async () => {
  const service = { reads: ["network.id"] };
  terraform.write({ network: { outputs: { id: "vpc-1" } }, service, registry: { outputs: { url: "u" } } });
  const first = open();
  const { stacks } = first;
  await convergeStacks({ ...first, targetId: "one", stillThere: async () => true });
  terraform.calls();
  const unchanged = await planChanged(first.engine, stacks, { targetId: "one" });
  expect(unchanged.map(({ kind }) => kind)).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect(terraform.calls()).toEqual([]);
  terraform.write({ network: { outputs: { id: "vpc-2" }, planError: "no such zone" } });
  const second = open();
  const results = await planChanged(second.engine, second.stacks, { targetId: "one", plan: { lock: false } });
  expect(results).toMatchObject([
    { kind: "failed", stack: { name: "network" }, error: { message: expect.stringContaining("no such zone") } },
    { kind: "unchanged", stack: { name: "registry" } },
    { kind: "planned", stack: { name: "service" }, reason: "it reads network", provisional: ["network"] },
  ]);
  expect(terraform.calls()).toEqual(["network plan -lock=false", "service plan -lock=false"]);
});

test("what a killed Terraform left of the lock of a local state is no lock", async () => {
  terraform.write({ network: {} });
  const { engine, stack } = open();
  await engine.apply(await engine.plan(stack("network")));
  writeFileSync(
    join(folder, "env", "state", ".network.tfstate.lock.info"),
    '{"ID":"1","Operation":"OperationTypeApply"}',
  );
  expect(await engine.lockHolder(stack("network"))).toBeUndefined();
  await expect(engine.unlock(stack("network"), "1")).rejects.toThrow("state of network must be locked to be unlocked");
});

test("an interrupt asks Terraform to stop once, however often the terminal and npm send it, and waits", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" }, hang: true } });
  const { engine, stack } = open();
  const applied = engine.apply(await engine.plan(stack("network")));
  const outcome = expect(applied).rejects.toThrow("apply of network was interrupted; run the same command again");
  await started();
  await Promise.all([engine.interrupt(), engine.interrupt()]);
  await outcome;
  expect(terraform.calls().filter((call) => call === "SIGINT")).toHaveLength(1);
  await expect(engine.outputs(stack("network"))).resolves.toEqual({ id: "vpc-1" });
  await expect(engine.plan(stack("network"))).rejects.toThrow("was interrupted");
});

test("a second Ctrl-C, well after the first, kills", async () => {
  terraform.write({ network: { hang: true, stubborn: true } });
  const { engine, stack } = open();
  const applied = engine.apply(await engine.plan(stack("network")));
  const outcome = expect(applied).rejects.toThrow("was interrupted");
  await started();
  const first = engine.interrupt();
  await new Promise((resolve) => setTimeout(resolve, 1600));
  await engine.interrupt();
  await Promise.all([first, outcome]);
  expect(existsSync(join(folder, "env", "running", "network.apply.json"))).toBe(false);
});

test("a destroy empties the state and forgets that the stack was applied", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" } } });
  const { engine, stack } = open();
  expect(await engine.destroy(stack("network"))).toBe(0);
  await engine.apply(await engine.plan(stack("network")));
  await engine.record(stack("network"), "one");
  terraform.calls();
  expect(await engine.destroy(stack("network"))).toBe(1);
  expect(terraform.calls()).toEqual(["network apply -destroy"]);
  expect(await engine.resources(stack("network"))).toEqual([]);
  expect(await engine.difference(stack("network"), "one")).toBe("never applied");
});

test("Terraform outlives a killed parent, and the next run waits for it and has its state", async () => {
  terraform.write({ network: { outputs: { id: "vpc-1" }, seconds: 2 } });
  const script = join(folder, "parent.cjs");
  const contents = `
    import { createEngine, readStacks } from ${JSON.stringify(join(__dirname, "index.ts"))};
    const [stack] = readStacks(${JSON.stringify(terraform.outdir)});
    const engine = createEngine(${JSON.stringify({
      folder: join(folder, "env"),
      stacks: [],
      terraform: { path: terraform.path, version: "1.11.4" },
      cliConfiguration: { path: join(folder, "rc") },
      variables: terraform.variables,
    })});
    engine.plan(stack).then(engine.apply);
  `;
  const stdin = { contents, resolveDir: __dirname };
  await build({ stdin, bundle: true, platform: "node", format: "cjs", outfile: script, logLevel: "error" });
  const parent = spawn(process.execPath, [script], { stdio: "ignore" });
  const note = join(folder, "env", "running", "network.apply.json");
  while (!existsSync(note)) await new Promise((resolve) => setTimeout(resolve, 20));
  parent.kill("SIGKILL");
  const { engine, stack } = open();
  expect(await engine.outputs(stack("network"))).toBeUndefined();
  await engine.awaitRunning();
  expect(notices()).toEqual([
    expect.stringMatching(/^waiting for the apply of network that an earlier run left working/),
  ]);
  expect(await engine.outputs(stack("network"))).toEqual({ id: "vpc-1" });
  expect(await engine.difference(stack("network"), "one")).toBe("its last apply did not finish");
  expect((await engine.plan(stack("network"))).empty).toBe(true);
});
