import { EventEmitter } from "node:events";
import { Interrupted, listenForInterruption } from "./interruption.ts";

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s stops the run, which then ends with %i", (name, exitCode) => {
  const source = new EventEmitter();
  const signal = listenForInterruption(source as never);
  expect(signal.aborted).toBe(false);
  source.emit(name);
  expect(signal.reason).toBeInstanceOf(Interrupted);
  expect((signal.reason as Interrupted).exitCode).toBe(exitCode);
});

test("further signals change nothing: npm forwards what the terminal has sent already", () => {
  const source = new EventEmitter();
  const signal = listenForInterruption(source as never);
  source.emit("SIGINT");
  source.emit("SIGTERM");
  expect((signal.reason as Interrupted).signal).toBe("SIGINT");
  expect(source.listenerCount("SIGINT")).toBe(1);
});
