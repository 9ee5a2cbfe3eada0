import { Failure } from "@slipway/core";
import { EngineError } from "@slipway/terraform";
import { failureMessage, summaryTable } from "./closing.ts";
import { Interrupted } from "./interruption.ts";

test("each step has a row, and the last one is their sum", () => {
  const table = summaryTable([
    { title: "Machine", seconds: 1.25, result: "" },
    { title: "Deploy", seconds: 2, result: "a | b" },
  ]);
  expect(table.split("\n").slice(2)).toEqual([
    "| Machine | 1.3 s |  |",
    "| Deploy | 2.0 s | a \\| b |",
    "| Total | 3.3 s | |",
  ]);
});

test("a failure is shown with its step and its log, without a stack", () => {
  expect(failureMessage(new Failure("a must be b", "do c", { logPath: "/x/y.log" }), "npm start", "Stacks")).toBe(
    "✖ npm start failed in “Stacks”: a must be b; do c.\n  Log: /x/y.log",
  );
});

test("a failure of the engine is shown alike", () => {
  expect(failureMessage(new EngineError("a must be b."), "npm start", undefined)).toBe(
    "✖ npm start failed: a must be b.",
  );
});

test("an interrupted run says that nothing is lost and how to go on", () => {
  expect(failureMessage(new Interrupted("SIGINT"), "npm start", "Deploy")).toMatch(
    /stopped in “Deploy” by SIGINT.*run it again/,
  );
});

test("anything else is a fault of ours and comes with its stack", () => {
  expect(failureMessage(new TypeError("boom"), "npm start", "")).toMatch(/fault of its own:\nTypeError: boom\n +at /);
});

test("Ctrl-C and SIGTERM end with the codes that a shell expects", () => {
  expect([new Interrupted("SIGINT").exitCode, new Interrupted("SIGTERM").exitCode]).toEqual([130, 143]);
});
