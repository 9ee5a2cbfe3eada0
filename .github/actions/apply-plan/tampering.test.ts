import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@slipway/core";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import type { Stack } from "@slipway/terraform";
import { strToU8, zipSync } from "fflate";
import { findTampering } from "./tampering.ts";

const definition = JSON.stringify({ resource: { aws_x: { stays: {}, many: { count: 2 } } } });
let stack: Stack;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "definition-"));
  writeFileSync(join(folder, "cdk.tf.json"), definition);
  stack = { name: "web", folder, sha256: sha256(definition) } as unknown as Stack;
});
afterAll(() => rmSync(stack.folder, { recursive: true }));

function file(parts: Record<string, string> = {}): Uint8Array {
  const all = { tfplan: "…", "tfconfig/modules.json": "[]", "tfconfig/m-/cdk.tf.json": definition, ...parts };
  return zipSync(Object.fromEntries(Object.entries(all).map(([name, text]) => [name, strToU8(text)])));
}

function plan(addresses: Record<string, string[]> = {}): PlanJson {
  const resource_changes = Object.entries(addresses).map(([address, actions]) => {
    const [type = "", name = ""] = address.replace(/\[.*/, "").split(".");
    return { address, mode: "managed", type, name, change: { actions, before: null, after: null } };
  });
  return { format_version: "1.2", resource_changes };
}

test("a plan that was made from the definition has no foreign part", () => {
  const untouched = { "aws_x.gone": ["delete"], "aws_x.stays": ["delete", "create"], "aws_x.many[1]": ["delete"] };
  expect(findTampering(stack, file(), plan(untouched))).toBeUndefined();
});

test("one that was made from another definition, or with a file beside it, has", () => {
  expect(findTampering(stack, file({ "tfconfig/m-/cdk.tf.json": "{}" }), plan())).toBe(
    "it was made from another definition",
  );
  expect(findTampering(stack, file({ "tfconfig/m-/more.tf": "" }), plan())).toBe("it has a part of its own, more.tf");
  expect(findTampering(stack, strToU8("no zip"), plan())).toBe("it is no plan file");
});

test("one that deletes what the definition has, has", () => {
  expect(findTampering(stack, file(), plan({ "aws_x.stays": ["delete"] }))).toBe(
    "it deletes `aws_x.stays`, which the definition has",
  );
});
