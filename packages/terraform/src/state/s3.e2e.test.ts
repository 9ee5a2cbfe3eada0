import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { findTerraform } from "../installation.ts";
import { planChanged } from "../plan-stacks.ts";
import type { EngineEvent } from "../stack.ts";
import { type RealEnvironment, type RealHost, realEnvironment } from "../testing/real-environment.ts";

jest.setTimeout(120_000);

const bucket = "engine-e2e-states";
const account = "666666666666";
const targetId = account;
// What a failed run left must not be in the way of the next.
const parameterName = `/engine-e2e/${process.pid}`;
const orphanName = `${parameterName}/orphan`;
let environment: RealEnvironment;

const slow = (seconds: number, text: string) => ({
  json: {
    resource: {
      terraform_data: {
        it: { triggers_replace: text, provisioner: [{ "local-exec": { command: `sleep ${seconds}` } }] },
      },
    },
  },
});
const parameter = (value: string) => ({
  aws: true,
  json: {
    provider: { aws: [{ region: "ap-northeast-2", allowed_account_ids: [account] }] },
    resource: { aws_ssm_parameter: { it: { name: parameterName, type: "String", insecure_value: value } } },
    output: {
      value: { value: "${aws_ssm_parameter.it.insecure_value}" },
      name: { value: "${aws_ssm_parameter.it.name}" },
      secret: { value: "s-1", sensitive: true },
    },
  },
});
const reader = {
  json: {
    data: {
      terraform_remote_state: {
        up: { backend: "s3", config: { bucket, key: "test/upstream.tfstate", region: "ap-northeast-2" } },
      },
    },
    resource: {
      terraform_data: { it: { input: "${data.terraform_remote_state.up.outputs.value}" } },
    },
  },
};

const keys = async () => {
  const { Contents = [] } = await environment.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = "" }) => Key.replace(/^test\//, ""));
};

/** Starts an apply of `slow` and resolves when Terraform works on it, or is done with `address`. */
async function applying(host: RealHost, address?: string) {
  const plan = await host.engine.plan(host.stack("slow"));
  const applied = host.engine.apply(plan);
  applied.catch(() => undefined);
  const enough = (event: EngineEvent) =>
    event.type === "resource" && (address === undefined || (event.address === address && event.phase === "done"));
  while (!host.events.some(enough)) await sleep(20);
  const note = join(host.folder, "running", "slow.apply.json");
  return { applied, pid: JSON.parse(readFileSync(note, "utf8")).pid as number };
}

beforeAll(async () => {
  environment = await realEnvironment(account, bucket);
  environment.write({ upstream: parameter("one"), reader, slow: slow(6, "one") });
});
afterAll(async () => {
  for (const key of await keys().catch(() => [])) {
    await environment.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `test/${key}` }));
  }
  await environment.s3.send(new DeleteBucketCommand({ Bucket: bucket })).catch(() => undefined);
  environment.remove();
});

test("without the bucket, whoever reads or plans gets the command that makes it", async () => {
  const { engine, stack } = await environment.host();
  const sentence = `state bucket (${bucket}) must exist; make it with \`npm run bootstrap -- test\`.`;
  const expected = expect.objectContaining({ message: sentence, reason: "state-unreachable" });
  await expect(engine.state(stack("slow"))).rejects.toEqual(expected);
  await expect(engine.plan(stack("slow"), { lock: false })).rejects.toEqual(expected);
  await environment.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  expect(await engine.state(stack("slow"))).toBeUndefined();
  expect(await engine.difference(stack("slow"), targetId)).toBe("never applied");
});

test("a bucket that lies in another region than its stack says is one sentence", async () => {
  environment.write({ elsewhere: { json: {}, bucketRegion: "eu-west-1" } });
  const { engine, stack } = await environment.host();
  await expect(engine.state(stack("elsewhere"))).rejects.toMatchObject({
    reason: "state-unreachable",
    message: expect.stringMatching(/^state bucket \(engine-e2e-states\) must lie in eu-west-1 .*correct the region/),
  });
});

test("what was applied on one machine is unchanged on the next, which starts no Terraform to see it", async () => {
  const { engine, stack } = await environment.host();
  for (const name of ["upstream", "reader"]) {
    const result = await engine.apply(await engine.plan(stack(name)));
    if (name === "upstream") expect(result.outputs).toEqual({ value: "one", name: parameterName, secret: "s-1" });
    await engine.record(stack(name), targetId);
  }
  expect(await keys()).toEqual(["reader.applied.json", "reader.tfstate", "upstream.applied.json", "upstream.tfstate"]);
  const { version } = await findTerraform(environment.variables);
  const next = await environment.host({ terraform: { path: "/nowhere/terraform", version } });
  const stacks = [next.stack("upstream"), next.stack("reader")];
  const planResults = await planChanged(next.engine, stacks, { targetId });
  expect(planResults.map(({ kind }) => kind)).toEqual(["unchanged", "unchanged"]);
  expect(await next.engine.state(next.stack("upstream"))).toEqual({
    serial: expect.any(Number),
    lineage: expect.stringMatching(/^[0-9a-f-]{36}$/),
    resources: ["aws_ssm_parameter.it"],
    ids: { "aws_ssm_parameter.it": parameterName },
    outputs: { value: "one", name: parameterName, secret: "s-1" },
    sensitiveOutputs: ["secret"],
  });
  expect(await next.engine.upstreamHashes(next.stack("reader"))).toEqual({
    "upstream.value": expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("two applies at once: the second is refused with the holder's name, or waits; a plan that is only shown does neither", async () => {
  const first = await environment.host();
  const { applied } = await applying(first);
  const hasty = await environment.host({ lockTimeoutSeconds: 0 });
  const slowStack = hasty.stack("slow");
  const rejection = await hasty.engine.plan(slowStack).catch((error) => error);
  const holder = await hasty.engine.lockHolder(slowStack);
  expect(rejection).toMatchObject({ reason: "state-locked", holder });
  expect(rejection.message).toMatch(
    /^state of slow must be free for the plan, but \S+@\S+ holds its lock \(apply, since 20\S+Z\); wait for it; when it no longer runs, `npm run unlock -- test slow` clears its lock/,
  );
  expect(await hasty.engine.difference(slowStack, targetId)).toBe(
    `its last apply did not finish: ${holder?.who} holds its lock since ${holder?.created}`,
  );
  const shown = await hasty.engine.plan(slowStack, { lock: false });
  expect(shown.summary.add).toBe(1);
  await expect(hasty.engine.apply(shown, { exactly: true })).rejects.toMatchObject({
    reason: "state-locked",
    holder,
  });
  // The apply that works is known to work on this machine, and is not cut off by clearing its lock.
  await expect(first.engine.unlock(slowStack, holder?.id ?? "")).rejects.toThrow(/must end by itself/);

  const patient = await environment.host();
  const waited = patient.engine.plan(patient.stack("slow"));
  await applied;
  expect((await waited).empty).toBe(true);
  await first.engine.record(slowStack, targetId);

  await expect(hasty.engine.apply(shown, { exactly: true })).rejects.toMatchObject({
    reason: "saved-plan-stale",
    message: expect.stringContaining("plan again. Nothing was changed"),
  });
  expect(await hasty.engine.difference(slowStack, targetId)).toBeUndefined();
  expect(await hasty.engine.lockHolder(slowStack)).toBeUndefined();
});

test("the lock of a killed apply is shown and cleared, and a new machine knows that it was cut off", async () => {
  environment.write({ slow: slow(20, "two") });
  const killed = await environment.host();
  const { applied, pid } = await applying(killed);
  process.kill(-pid, "SIGKILL");
  await expect(applied).rejects.toMatchObject({ reason: "killed" });
  environment.write({ slow: slow(0, "two") });
  const { engine, stack } = await environment.host({ lockTimeoutSeconds: 0 });
  expect(await engine.difference(stack("slow"), targetId)).toMatch(/^its last apply did not finish: /);
  const holder = await engine.lockHolder(stack("slow"));
  expect(holder).toMatchObject({ operation: "apply", path: `${bucket}/test/slow.tfstate` });
  await expect(engine.plan(stack("slow"))).rejects.toMatchObject({ reason: "state-locked", holder });
  await expect(engine.unlock(stack("slow"), "another")).rejects.toThrow(/^lock id \(another\) must be /);
  await engine.unlock(stack("slow"), holder?.id ?? "");
  expect(await engine.lockHolder(stack("slow"))).toBeUndefined();
  await expect(engine.unlock(stack("slow"), holder?.id ?? "")).rejects.toThrow("it is free");
  expect(await engine.difference(stack("slow"), targetId)).toBe("its last apply did not finish");
  await engine.apply(await engine.plan(stack("slow")));
  await engine.record(stack("slow"), targetId);
  expect(await engine.difference(stack("slow"), targetId)).toBeUndefined();
  expect((await keys()).filter((key) => /tflock|applying/.test(key))).toEqual([]);
});

test("what a killed apply made without writing it down is taken into the state", async () => {
  const { json, aws } = parameter("orphan");
  const { terraform_data } = slow(30, "three").json.resource;
  const resource = {
    terraform_data,
    aws_ssm_parameter: { it: { ...json.resource.aws_ssm_parameter.it, name: orphanName } },
  };
  environment.write({ slow: { aws, json: { provider: json.provider, resource } } });
  const killed = await environment.host();
  const { applied, pid } = await applying(killed, "aws_ssm_parameter.it");
  process.kill(-pid, "SIGKILL");
  await expect(applied).rejects.toMatchObject({ reason: "killed" });
  const { engine, stack } = await environment.host({
    importFinder: async (targets) =>
      Object.fromEntries(
        targets.flatMap(({ address, values: { name } }) => (name === orphanName ? [[address, name]] : [])),
      ),
  });
  const holder = await engine.lockHolder(stack("slow"));
  await engine.unlock(stack("slow"), holder?.id ?? "");
  expect(await engine.importLeftovers(stack("slow"))).toEqual({ "aws_ssm_parameter.it": orphanName });
  expect(await engine.resources(stack("slow"))).toContain("aws_ssm_parameter.it");
  expect(await engine.difference(stack("slow"), targetId)).toBe("its last apply did not finish");
});

test("what one machine planned, the next one plans again and applies exactly; the provider is the same", async () => {
  environment.write({ upstream: parameter("two") });
  const reviewer = await environment.host();
  const upstream = reviewer.stack("upstream");
  const planResults = await planChanged(reviewer.engine, [upstream, reviewer.stack("reader")], {
    targetId,
    plan: { lock: false },
  });
  expect(planResults).toMatchObject([
    { kind: "planned", reason: "its definition changed", provisional: [] },
    { kind: "planned", reason: "it reads upstream", provisional: ["upstream"], plan: { empty: true } },
  ]);
  const [planResult] = planResults;
  if (planResult?.kind !== "planned") throw new Error("it must be planned");
  expect(await reviewer.engine.show(planResult.plan)).toMatchObject({
    resource_changes: [{ address: "aws_ssm_parameter.it", change: { actions: ["update"] } }],
  });
  const lockFile = reviewer.engine.lockFile(upstream);
  expect(lockFile).toMatch(/hashicorp\/aws" \{\n +version +=+ +"5\.100\.0"/);
  const { engine, stack } = await environment.host();
  const plan = await engine.plan(stack("upstream"));
  expect(engine.lockFile(stack("upstream"))).toBe(lockFile);
  const result = await engine.apply(plan, { exactly: true });
  expect(result).toMatchObject({ summary: { change: 1 }, replanned: false, outputs: { value: "two" } });
  // Its record is the caller's to write: until then it counts as not applied.
  expect(await engine.difference(stack("upstream"), targetId)).toBe("never applied");
  await engine.record(stack("upstream"), targetId);
  expect(await engine.difference(stack("upstream"), targetId)).toBeUndefined();
  expect(await engine.difference(stack("reader"), targetId)).toBe("upstream output upstream.value changed");
});

test("a destroy leaves a state without resources, and neither record nor marker", async () => {
  const { engine, stack } = await environment.host();
  for (const name of ["reader", "upstream", "slow"]) expect(await engine.destroy(stack(name))).toBeGreaterThan(0);
  expect(await engine.resources(stack("upstream"))).toEqual([]);
  expect(await engine.outputs(stack("upstream"))).toBeUndefined();
  expect(await keys()).toEqual(["reader.tfstate", "slow.tfstate", "upstream.tfstate"]);
});
