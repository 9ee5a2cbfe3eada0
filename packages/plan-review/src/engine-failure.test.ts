import { EngineError } from "@slipway/terraform";
import { engineFailure, engineReason } from "./engine-failure.ts";

const diagnostic = {
  severity: "error",
  summary: "creating Bucket",
  detail: "operation error\n  S3: Conflict.\n\nMore.",
  address: "aws_s3_bucket.a",
};

test("Terraform's first reason is shown in one line, the others are counted", () => {
  const error = new EngineError("apply of data failed", undefined, { diagnostics: [diagnostic, diagnostic] });
  expect(engineReason(error)).toBe("aws_s3_bucket.a: creating Bucket: operation error S3: Conflict (and 1 more)");
});

test("without a reason of Terraform's, the engine's sentence is shown without the path of its log", () => {
  const error = new EngineError("init of data failed: no space", undefined, { logPath: "/tmp/a.log", namesLog: true });
  expect(error.message).toBe("init of data failed: no space; the whole log: /tmp/a.log");
  expect(engineReason(error)).toBe("init of data failed: no space");
});

test("what is shown has been redacted", () => {
  const error = new EngineError("plan of data failed: hunter2");
  expect(engineFailure(error, (text) => text.replace("hunter2", "•••"))).toMatchObject({
    reason: "engine-failed",
    what: "Terraform could not do its work (plan of data failed: •••)",
  });
  const stopped = new EngineError("plan of data was interrupted", undefined, { reason: "interrupted" });
  expect(engineFailure(stopped, String)).toMatchObject({ reason: "interrupted" });
});

test("what is known of the cause comes before Terraform's words", () => {
  const explanation = { what: "certificate a.example waits", next: "hand it over" };
  const error = new EngineError("apply of data failed", undefined, { diagnostics: [diagnostic], explanation });
  expect(engineReason(error)).toBe("certificate a.example waits");
});
