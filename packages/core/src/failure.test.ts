import { ActionFailure, Failure } from "./failure.ts";

test("a failure is shown as one sentence: what is wrong and what to do next", () => {
  const cause = new TypeError("boom");
  const failure = new Failure("a must be b", "do c", { logPath: "/x/y.log", cause });
  expect(failure).toMatchObject({ what: "a must be b", next: "do c", logPath: "/x/y.log", cause });
  expect(failure.message).toBe("a must be b; do c.");
});

test("without a next step, what is wrong is the whole message", () => {
  expect(new Failure("docker pull must succeed; it said: no space").message).toBe(
    "docker pull must succeed; it said: no space",
  );
});

test("a message that names its log is known without the log too", () => {
  const log = { logPath: "/x/y.log", namesLog: true };
  const [known, unknown] = [new Failure("a must be b", "do c", log), new Failure("a failed: no space", undefined, log)];
  expect(known.message).toBe("a must be b; do c (log: /x/y.log).");
  expect(known.sentence).toBe("a must be b; do c.");
  expect(unknown.message).toBe("a failed: no space; the whole log: /x/y.log");
  expect(unknown.sentence).toBe("a failed: no space");
});

test("an action's failure has what its outputs and its summary say", () => {
  const failure = new ActionFailure("input-invalid", "a must be b", "do c", { outputs: { x: "1" }, summary: "# No" });
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ reason: "input-invalid", outputs: { x: "1" }, summary: "# No" });
  expect(failure.message).toBe("a must be b; do c.");
  expect(new ActionFailure("no-plan", "a", "b")).toMatchObject({ outputs: {}, summary: undefined });
});
