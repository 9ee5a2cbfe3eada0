import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changes } from "../../apps/cli/src/scenarios/changes.ts";

const read = (path: string) => readFileSync(join(__dirname, "../..", path), "utf8");
const environments = read("apps/infra/src/environments.ts");
const fields = (text: string) => /staging`, \[\]\)(.*?) \}/.exec(text)?.[1];

test("the mistake and its fix leave more memory for staging's web and nothing else", () => {
  const wrong = changes.memoryAndPort.rewrite(environments);
  expect(fields(wrong)).toBe(", desiredCount: 1, memory: 2048, port: 80");
  expect(fields(changes.portAsItWas.rewrite(wrong))).toBe(", desiredCount: 1, memory: 2048");
});

test("the next scenario finds something to change again", () => {
  const memory = (text: string) => changes.portAsItWas.rewrite(changes.memoryAndPort.rewrite(text));
  expect(fields(memory(memory(environments)))).toBe(", desiredCount: 1");
  expect(memory(memory(memory(environments)))).toBe(memory(environments));
});

test("a file that was edited where the scenario edits is one sentence", () => {
  expect(() => changes.portAsItWas.rewrite("nothing")).toThrow(/environments\.ts must hold what the scenario edits/);
});
