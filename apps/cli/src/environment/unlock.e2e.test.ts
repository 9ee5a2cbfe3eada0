import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { awsClientConfig } from "@slipway/core";
import { environment } from "@slipway/infra";
import { localVariables } from "@slipway/infra/testing/local-variables";
import { terraform } from "@slipway/infra/testing/terraform";
import { findTerraform } from "@slipway/terraform";
import { unattendedContext } from "../command-context.ts";
import { unlockCommand } from "./unlock.ts";

jest.setTimeout(180_000);

const root = resolve(__dirname, "../../../..");
const production = environment("production");
const Bucket = production.stateBucket ?? "";
const key = "production/network.tfstate";
const variables = localVariables(production.account, production.region);
const s3 = new S3Client(awsClientConfig(variables));
const home = mkdtempSync(join(tmpdir(), "unlock-"));

async function unlock(...args: string[]) {
  const printed: string[] = [];
  const context = unattendedContext({
    root,
    folder: home,
    variables: async () => variables,
    print: (line) => void printed.push(line),
  });
  const command = unlockCommand(context).exitOverride();
  const error = await command.parseAsync(["production", ...args], { from: "user" }).catch((reason: Error) => reason);
  return { printed: printed.join("\n"), message: error instanceof Error ? error.message : undefined };
}

const isLocked = () =>
  s3.send(new HeadObjectCommand({ Bucket, Key: `${key}.tflock` })).then(
    () => true,
    () => false,
  );

/** An apply on another machine, killed in the middle. */
async function killedApply(): Promise<void> {
  const folder = mkdtempSync(join(home, "other-"));
  const backend = { bucket: Bucket, key, region: production.region, use_lockfile: true };
  const resource = { terraform_data: { it: { provisioner: [{ "local-exec": { command: "sleep 60" } }] } } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { backend: { s3: backend } }, resource }));
  expect(terraform(folder, ["init", "-input=false"], variables)).toMatchObject({ status: 0 });
  const { path } = await findTerraform(variables);
  const env = { ...variables, TF_CLI_CONFIG_FILE: "", CHECKPOINT_DISABLE: "1" } as NodeJS.ProcessEnv;
  const child = spawn(path, ["apply", "-auto-approve"], { cwd: folder, detached: true, stdio: "ignore", env });
  while (!(await isLocked())) await sleep(50);
  process.kill(-(child.pid ?? 0), "SIGKILL");
}

let made = false;
beforeAll(async () => {
  const configuration = { LocationConstraint: production.region as "ap-northeast-2" };
  const created = s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: configuration }));
  made = await created.then(
    () => true,
    () => false,
  );
});
afterAll(async () => {
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket }));
  if (made && KeyCount === 0) await s3.send(new DeleteBucketCommand({ Bucket }));
  rmSync(home, { recursive: true, force: true });
});

test("the lock of a killed apply is shown with its holder, and cleared when its id is given", async () => {
  expect((await unlock("network")).printed).toBe("The state of network is not locked: nothing to do.");
  await killedApply();
  const asked = await unlock("network");
  expect(asked.printed).toMatch(/by +\S+@\S+\n +for +apply .*\n +since +20\S+Z \(less than a minute ago\)/);
  const id = /lock id +(\S+)/.exec(asked.printed)?.[1] ?? "";
  expect(asked.message).toContain(`add --yes ${id}`);
  expect(await isLocked()).toBe(true);
  const { printed, message } = await unlock("network", "--yes", id);
  expect(message).toBeUndefined();
  expect(printed).toContain("The state of network is free.");
  expect(await isLocked()).toBe(false);
});

test("an unknown stack is refused with the known ones", async () => {
  expect((await unlock("vpc")).message).toMatch(/^stack \(vpc\) must be one of production: .*network.*service/);
});
