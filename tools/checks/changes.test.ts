import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changes } from "../../apps/cli/src/scenarios/pull-requests.ts";

const read = (path: string) => readFileSync(join(__dirname, "../..", path), "utf8");
const environments = read("apps/infra/src/environments.ts");
const fields = (text: string) => /staging`, \[\]\)(.*?) \}/.exec(text)?.[1];

test("the mistake and its fix leave more memory for staging's web and nothing else", () => {
  const wrong = changes.memoryAndPort(1024).rewrite(environments);
  expect(fields(wrong)).toBe(", desiredCount: 1, memory: 2048, port: 80");
  expect(fields(changes.portAsItWas.rewrite(wrong))).toBe(", desiredCount: 1, memory: 2048");
});

test("the next scenario finds something to change again", () => {
  const memory = (text: string) => changes.portAsItWas.rewrite(changes.memoryAndPort(1024).rewrite(text));
  expect(fields(memory(memory(environments)))).toBe(", desiredCount: 1, memory: 1024");

  const { rewrite: path } = changes.healthCheckPath("/healthz");
  expect(fields(path(environments))).toBe(', desiredCount: 1, healthCheckPath: "/healthz?from=load-balancer"');
  expect(path(path(environments))).toBe(environments);

  const { rewrite: range } = changes.subnetRange("c", ["10.1.128.0/21", "10.1.136.0/21"]);
  const network = read("apps/infra/src/stacks/network-stack.ts");
  expect(range(network)).toContain('moved.cidrBlock = "10.1.128.0/21";');
  expect(range(range(network))).toContain('moved.cidrBlock = "10.1.136.0/21";');
  expect(range(range(range(network)))).toBe(range(network));
});

test("a file that was edited where the scenario edits is one sentence", () => {
  expect(() => changes.portAsItWas.rewrite("nothing")).toThrow(/environments\.ts must hold what the scenario edits/);
});
