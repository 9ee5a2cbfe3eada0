import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@slipway/terraform";
import { readTarget } from "./target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "home-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function stack(name: string, values: { account?: string; bucket?: string; key?: string } = {}): Stack {
  const { account = "111111111111", bucket = "states", key = `staging/${name}.tfstate` } = values;
  const own = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(own, "cdk.tf.json"), JSON.stringify({ provider: { aws: [{ allowed_account_ids: [account] }] } }));
  const backend = { type: "s3", bucket, key, region: "ap-northeast-2" } as const;
  const rest = { sha256: "", upstreams: [], reads: [], resourceCount: 1, awsProvider: "5.100.0" };
  return { name, folder: own, backend, ...rest };
}

test("account, region, bucket and provider are read off the stacks", () => {
  expect(readTarget([stack("network"), stack("service")], "staging")).toEqual({
    account: "111111111111",
    region: "ap-northeast-2",
    bucket: "states",
    provider: "5.100.0",
  });
});

test("stacks of another environment are refused", () => {
  expect(() => readTarget([stack("network")], "production")).toThrow(
    "The state of stack `network` (staging/network.tfstate) must be in S3 under `production/`; synthesize",
  );
});

test("stacks of two accounts are refused", () => {
  const stacks = [stack("network"), stack("service", { account: "222222222222" })];
  expect(() => readTarget(stacks, "staging")).toThrow(
    "The stacks (111111111111, 222222222222) must share one account; synthesize",
  );
});

test("a stack that does not say which account it may touch is refused", () => {
  const open = stack("network");
  writeFileSync(join(open.folder, "cdk.tf.json"), JSON.stringify({ provider: { aws: [{}] } }));
  expect(() => readTarget([open], "staging")).toThrow("Stack `network` must name the one account it may touch");
});

test("a stack without the AWS provider goes with those that have it", () => {
  const plain = { ...stack("names"), awsProvider: "" };
  writeFileSync(join(plain.folder, "cdk.tf.json"), "{}");
  expect(readTarget([plain, stack("network")], "staging")).toMatchObject({
    account: "111111111111",
    provider: "5.100.0",
  });
});
