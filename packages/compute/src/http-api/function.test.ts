import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synth } from "@slipway/testing";
import { App, TerraformStack } from "cdktf";
import { Function as ApiFunction, type FunctionProps } from "./function.ts";
import { packCode } from "./function-code.ts";

const root = mkdtempSync(join(tmpdir(), "function-"));
const folder = join(root, "hello");
beforeAll(() => {
  mkdirSync(folder);
  writeFileSync(join(folder, "main.py"), "def handler(event, context):\n    return {}\n");
});
afterAll(() => rmSync(root, { recursive: true }));

const hello = (): FunctionProps => ({ name: "shop-hello", runtime: "python3.13", handler: "main.handler", folder });
const made = (props: Partial<FunctionProps> = {}) =>
  synth((scope) => void new ApiFunction(scope, "hello", { ...hello(), ...props }));

test("the JSON has the code's hash and a path from Terraform's folder, so a plan needs no code", () => {
  const { hash } = packCode({ folder, runtime: "python3.13", handler: "main.handler" });
  expect(made().one("aws_lambda_function")).toEqual({
    function_name: "shop-hello",
    runtime: "python3.13",
    handler: "main.handler",
    memory_size: 256,
    timeout: 10,
    filename: "code/shop-hello.zip",
    source_code_hash: hash,
    role: expect.stringContaining("aws_iam_role.hello_role"),
    depends_on: [expect.stringContaining("aws_cloudwatch_log_group.hello_log"), expect.stringContaining("policy")],
  });
});

test("a synth writes the code beside the stack's JSON", () => {
  const outdir = join(root, "out");
  mkdirSync(outdir);
  const app = new App({ outdir, stackTraces: false, skipValidation: true });
  const stack = new TerraformStack(app, "api");
  const { code } = new ApiFunction(stack, "hello", hello());
  app.synth();
  expect(readdirSync(join(outdir, "stacks/api")).sort()).toEqual(["cdk.tf.json", "code"]);
  expect(readFileSync(join(outdir, "stacks/api/code/shop-hello.zip")).equals(code.zip)).toBe(true);
  expect(readFileSync(join(outdir, "stacks/api/cdk.tf.json"), "utf8")).not.toContain(root);
});

test("it may write its own log, which goes after 30 days, and nothing else", () => {
  const json = made({ roles: { path: "/shop/", permissionsBoundary: "arn:aws:iam::1:policy/b" } });
  expect(json.one("aws_cloudwatch_log_group")).toEqual({ name: "/aws/lambda/shop-hello", retention_in_days: 30 });
  expect(JSON.parse(json.one("aws_iam_role_policy").policy).Statement).toEqual([
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.hello_log_\w+\.arn\}:\*$/),
    },
  ]);
  expect(json.one("aws_iam_role")).toMatchObject({
    name: "shop-hello-function",
    path: "/shop/",
    permissions_boundary: "arn:aws:iam::1:policy/b",
    assume_role_policy: expect.stringContaining('"Principal":{"Service":"lambda.amazonaws.com"}'),
  });
});

test("variables, memory and time are its own; a long name is shortened everywhere alike", () => {
  const name = `shop-${"a".repeat(70)}`;
  const json = made({ name, environment: { STAGE: "local" }, memorySize: 512, timeout: 30 });
  const [{ function_name: short, filename }] = [json.one("aws_lambda_function")];
  expect(json.one("aws_lambda_function")).toMatchObject({
    environment: { variables: { STAGE: "local" } },
    memory_size: 512,
    timeout: 30,
  });
  expect(short).toHaveLength(64);
  expect(filename).toBe(`code/${short}.zip`);
  expect(json.one("aws_cloudwatch_log_group").name).toBe(`/aws/lambda/${short}`);
});

test.each<[Partial<FunctionProps>, string]>([
  [{ name: "a_b" }, "name (a_b) must be letters, digits and single hyphens between them; rename it."],
  [{ memorySize: 64 }, "memorySize (64) must be a whole number of MB from 128 to 10240; correct it."],
  [
    { timeout: 31 },
    "timeout (31) must be whole seconds from 1 to 30, after which an HTTP API has given up; shorten it.",
  ],
  [
    { environment: { AWS_REGION: "x" } },
    "environment (AWS_REGION) must not begin with AWS_ or LAMBDA_, which Lambda keeps for itself; rename it.",
  ],
  [
    { environment: { "A-B": "x" } },
    "environment (A-B) must be two or more letters, digits and _, a letter first; rename it.",
  ],
  [{ handler: "main.go" }, "handler (main.go) must be in main.py, which names no go; correct one of them."],
])("%j is refused", (props, message) => {
  expect(() => made(props)).toThrow(message);
});
