import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyCode } from "./stack-code.ts";

let root: string;
let synthesized: string;
let working: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "code-"));
  synthesized = join(root, "synthesized");
  working = join(root, "working");
  mkdirSync(join(synthesized, "code"), { recursive: true });
  mkdirSync(working);
});
afterEach(() => rmSync(root, { recursive: true }));

const zip = "PK code";
const hash = createHash("sha256").update(zip).digest("base64");

function copy(functions: Readonly<Record<string, object>>): void {
  const json = { resource: { aws_lambda_function: functions } };
  writeFileSync(join(working, "cdk.tf.json"), JSON.stringify(json));
  copyCode({ name: "api", folder: synthesized }, working);
}

const hello = { filename: "code/hello.zip", source_code_hash: hash };
const sums = { filename: "code/sums.zip", source_code_hash: hash };

test("the code of all functions is put where Terraform looks for it", () => {
  writeFileSync(join(synthesized, "code/hello.zip"), zip);
  writeFileSync(join(synthesized, "code/sums.zip"), zip);
  copy({ hello, sums });
  expect(readFileSync(join(working, "code/hello.zip"), "utf8")).toBe(zip);
  expect(readdirSync(join(working, "code"))).toEqual(["hello.zip", "sums.zip"]);
});

test("nothing is copied where one is missing or is not the code that the JSON says", () => {
  writeFileSync(join(synthesized, "code/hello.zip"), zip);
  const next = "synthesize the stacks and run again. Nothing was changed.";
  expect(() => copy({ hello, sums })).toThrow(`code/sums.zip of api must lie beside the stack's JSON; ${next}`);
  writeFileSync(join(synthesized, "code/sums.zip"), "PK other code");
  expect(() => copy({ hello, sums })).toThrow(
    `code/sums.zip of api must be the code whose hash the stack's JSON says; ${next}`,
  );
  expect(existsSync(join(working, "code"))).toBe(false);
});

test("a path that our constructs do not write is left to Terraform", () => {
  writeFileSync(join(root, "secret.zip"), zip);
  copy({
    elsewhere: { filename: "/etc/passwd" },
    above: { filename: "code/../../secret.zip", source_code_hash: hash },
    named: { filename: "${aws_s3_object.code.key}" },
    bucket: { s3_bucket: "code" },
  });
  expect(existsSync(join(working, "code"))).toBe(false);
});

test("a stack without functions has nothing to copy", () => {
  writeFileSync(join(working, "cdk.tf.json"), "{}");
  copyCode({ name: "network", folder: synthesized }, working);
  expect(readdirSync(working)).toEqual(["cdk.tf.json"]);
});
