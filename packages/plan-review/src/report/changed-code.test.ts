import { planWith, resource } from "../testing/plan-with.ts";
import { buildReport } from "./build-report.ts";
import { reportBody } from "./render-report.ts";

const hash = (letter: string) => `${letter.repeat(43)}=`;

/** The report of a function that changes from one set of values to another, as `terraform plan` says it. */
function reportOf(before: object, after: object, constructPath?: string): string {
  const common = { function_name: "shop-hello", filename: "code/shop-hello.zip", memory_size: 256 };
  const change = { actions: ["update"], before: { ...common, ...before }, after: { ...common, ...after } };
  const address = "aws_lambda_function.hello_function_4C0F";
  const plan = planWith([resource(address, { ...change, after_unknown: { last_modified: true } })]);
  const constructPaths = new Map(constructPath === undefined ? [] : [[address, constructPath]]);
  const stack = { name: "http-api", status: "planned", hash: "0123456789", constructPaths, plan } as const;
  const head = "3d3c42e5aac5ba805825da76410c181273ba90b1";
  const said = { engine: "Terraform 1.14.0", provider: "hashicorp/aws 6.0.0" };
  return reportBody(
    buildReport({ kind: "plan", environment: "local", head, ...said, stacks: [stack] }, { patterns: [], names: [] }),
  );
}

test("a function whose code differs says so, with both hashes", () => {
  const text = reportOf({ source_code_hash: hash("a") }, { source_code_hash: hash("b") }, "hello/function");
  expect(text).toContain(
    "@@ ~ aws_lambda_function.hello_function_4C0F · hello/function · code of function hello changes @@",
  );
  expect(text).toContain(`! source_code_hash: "${hash("a")}" → "${hash("b")}"`);
});

test("without a construct the function goes by its address, and other changes say nothing of code", () => {
  const [old, now] = [{ source_code_hash: hash("a") }, { source_code_hash: hash("b") }];
  expect(reportOf(old, now)).toContain("code of function aws_lambda_function.hello_function_4C0F changes");
  const text = reportOf(old, { ...old, memory_size: 512 }, "hello/function");
  expect(text).toContain("! memory_size: 256 → 512");
  expect(text).not.toContain("code of function");
});
