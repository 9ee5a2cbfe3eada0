import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom } from "@slipway/core/testing/fake-log";
import type { Stack } from "@slipway/terraform";
import { checkBootstrap } from "./check-bootstrap.ts";

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
const check = (...differing: string[]) => checkBootstrap(differing, { stacks, environment: "staging" });

test("a change to what only a person applies stops a job before it applies anything, with the command", async () => {
  const failure = await failureFrom(() => check("access", "network"));
  expect(failure.reason).toBe("bootstrap-needed");
  expect(failure.what).toBe("Stack `access` differs from what was last applied, and no job may apply that");
  expect(failure.next).toMatch(/`npm run bootstrap -- staging` on main, then run this job again$/);
  expect((await failureFrom(() => check("access", "state"))).what).toMatch(/^Stacks access, state differ/);
});

test("where these are as they were, it goes on", async () => {
  await expect(check("network")).resolves.toBeUndefined();
  await expect(check()).resolves.toBeUndefined();
});
