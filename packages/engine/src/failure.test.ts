import { failure } from "./failure.ts";
import type { Stack } from "./stack.ts";

const stack = { name: "network", awsProvider: "5.100.0" } as Stack;
const end = (lines: string[], signal?: string) => ({ exitCode: 1, signal, lines });
const error = (summary: string, detail = "") =>
  JSON.stringify({ type: "diagnostic", diagnostic: { severity: "error", summary, detail, address: "aws_vpc.a" } });

test("a failed apply gives Terraform's first reason, where it arose, how many more, and the log", () => {
  const lines = [error("creating VPC", "VpcLimitExceeded:\nthe limit\n\nRead on."), error("two"), error("three")];
  expect(failure(stack, "apply", end(lines), "/logs/a.log")).toMatchObject({
    message:
      "apply of network failed: creating VPC: VpcLimitExceeded: the limit: aws_vpc.a (and 2 more); the whole log: /logs/a.log",
    logPath: "/logs/a.log",
  });
});

test("a crash without diagnostics gives the last words", () => {
  expect(failure(stack, "plan", end(["one", "panic: nil", ""]), "/l").message).toBe(
    "plan of network failed: panic: nil; the whole log: /l",
  );
});

test("a killed Terraform says that what it made will be found", () => {
  expect(failure(stack, "apply", end([], "SIGKILL"), "/l").message).toMatch(
    /^apply of network was killed \(SIGKILL\); run the same command again, what it made is found and taken over/,
  );
});

test.each([
  "│ Error: Failed to query available provider packages",
  "Error: Failed to install provider",
  "│ could not connect to the provider registry",
])("a provider that is not to be had is one sentence with the remedy (%s)", (line) => {
  expect(failure(stack, "init", end([line]), "/l", "/mirror").message).toMatch(
    /^Terraform provider hashicorp\/aws \(5\.100\.0\) must be obtainable from the mirror \/mirror; .*SLIPWAY_PROVIDER_MIRROR/,
  );
  expect(failure(stack, "init", end([line]), "/l").message).toContain("from the registry");
});
