import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "./engine-error.ts";
import type { EngineEvent, Stack } from "./stack.ts";
import { createWaits, type WaitExplainer } from "./waits.ts";

const stack = { name: "certificates" } as Stack;
const address = "aws_slow.web";
const event = (phase: "start" | "progress" | "done" | "failed", of = address, id?: string): EngineEvent => ({
  type: "resource",
  stack: "certificates",
  address: of,
  action: "create",
  phase,
  seconds: 0,
  ...(id === undefined ? {} : { id }),
});

/** Says the id of aws_fast.web, which it waits for. */
const explainer: WaitExplainer = {
  types: ["aws_slow"],
  progress: async ({ idOf }) => `waits for ${await idOf("aws_fast.web")}`,
  failure: async ({ type, idOf }, { summary }) =>
    summary === "late" ? { what: `${type} waited for ${await idOf("aws_fast.web")}`, next: "wait longer" } : undefined,
};

function follow(ids: Readonly<Record<string, string>> = {}, given: Partial<WaitExplainer> = {}) {
  const lines: string[] = [];
  const states = { state: async () => ({ ids }) };
  const notice = (_: Stack, text: string) => void lines.push(text);
  const explaining = { ...explainer, ...given };
  return { lines, waits: createWaits({ explainer: explaining, stacks: [stack], states, notice, everySeconds: 0.05 }) };
}

test("lines are said while a resource is created, with ids that this apply made, and end with it", async () => {
  const { lines, waits } = follow();
  waits.observe(event("done", "aws_fast.web", "id-1"));
  waits.observe(event("start"));
  await sleep(200);
  expect(lines.length).toBeGreaterThan(1);
  expect(new Set(lines)).toEqual(new Set(["waits for id-1"]));
  waits.observe(event("done"));
  const said = lines.length;
  await sleep(120);
  expect(lines).toHaveLength(said);
});

test("the state knows ids of earlier applies, and the end of Terraform ends the lines", async () => {
  const { lines, waits } = follow({ "aws_fast.web": "id-0" });
  waits.observe(event("start"));
  await sleep(80);
  waits.end(stack);
  const said = lines.length;
  expect(lines[0]).toBe("waits for id-0");
  await sleep(120);
  expect(lines).toHaveLength(said);
});

test("other types, and a line that cannot be had, are passed over", async () => {
  const { lines, waits } = follow({}, { progress: () => Promise.reject(new Error("throttled")) });
  waits.observe(event("start", "aws_other.web"));
  waits.observe(event("start"));
  await sleep(120);
  waits.end(stack);
  expect(lines).toEqual([]);
});

const failed = (summary: string, at: string) =>
  new EngineError("apply of certificates failed", undefined, {
    diagnostics: [{ severity: "error", summary, detail: "", address: at }],
  });

test("a failure is told in the words of who knows what it waited for, or stays as it was", async () => {
  const { waits } = follow({ "aws_fast.web": "id-0" });
  const explained = await waits.explain(stack, failed("late", `module.a.${address}["b.c"]`));
  expect(explained).toMatchObject({
    what: "apply of certificates failed: aws_slow waited for id-0",
    explanation: { what: "aws_slow waited for id-0", next: "wait longer" },
  });
  for (const error of [failed("other", address), failed("late", "aws_other.web"), new Error("mine")]) {
    await expect(waits.explain(stack, error)).resolves.toBe(error);
  }
});
