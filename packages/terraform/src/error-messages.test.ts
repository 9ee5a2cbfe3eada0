import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "./error-messages.ts";
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
    /^apply of network was killed \(SIGKILL\); run the same command again, what it made is found and imported/,
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

const held = `Error message: PreconditionFailed
Lock Info:
  ID:        ea-1
  Path:      states/staging/network.tfstate
  Operation: OperationTypeApply
  Who:       runner@fv-az1
  Version:   1.11.4
  Created:   2026-11-25 19:11:10.08 +0000 UTC
`;
const remote = { ...stack, backend: { type: "s3", key: "staging/network.tfstate" } } as Stack;
const local = { ...stack, backend: { type: "local" } } as Stack;

test("a held lock names the holder, since when, and the command that clears it", () => {
  const found = failure(remote, "plan", end([error("Error acquiring the state lock", held)]), "/l");
  expect(found).toMatchObject({ reason: "state-locked", holder: { id: "ea-1", who: "runner@fv-az1" } });
  expect(found.message).toBe(
    "state of network must be free for the plan, but runner@fv-az1 holds its lock (apply, since 2026-11-25T19:11:10Z); " +
      "wait for it; when it no longer runs, `npm run unlock -- staging network` clears its lock (log: /l).",
  );
  const framed = ["│ Error: Error acquiring the state lock", ...held.split("\n").map((line) => `│ ${line}`)];
  expect(failure(remote, "import", end(framed), "/l")).toMatchObject({
    reason: "state-locked",
    holder: { id: "ea-1" },
  });
  expect(failure(local, "plan", end([error("Error acquiring the state lock", held)]), "/l").message).toContain(
    "wait for it, the lock goes with its process",
  );
});

test("a lock that could not be taken for another reason is no held lock", () => {
  const found = failure(remote, "plan", end([error("Error acquiring the state lock", "AccessDenied")]), "/l");
  expect(found.reason).toBeUndefined();
  expect(found.message).toContain("Error acquiring the state lock: AccessDenied");
});

test.each(["Saved plan is stale", "Saved plan does not match the given state"])(
  "%s: nothing was changed",
  (summary) => {
    const found = failure(remote, "apply", end([error(summary)]), "/l");
    expect(found.reason).toBe("saved-plan-stale");
    expect(found.message).toMatch(/^plan of network must be as new as its state.*plan again\. Nothing was changed/);
  },
);

test("a missing state bucket names the command that makes it", () => {
  const words = 'Error: Failed to get existing workspaces: S3 bucket "x" does not exist.';
  expect(failure(remote, "init", end([words]), "/l")).toMatchObject({
    reason: "state-unreachable",
    message: expect.stringContaining("npm run bootstrap -- staging"),
  });
});

describe("a zone that is looked up", () => {
  const folder = mkdtempSync(join(tmpdir(), "zones-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const data = { aws_route53_zone: { exampleorg_zone_1: { name: "example.org", private_zone: false } } };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ data }));
  const dns = { ...stack, name: "dns", folder } as Stack;
  const of = (summary: string, address = "data.aws_route53_zone.exampleorg_zone_1") =>
    failure(
      dns,
      "plan",
      end([JSON.stringify({ type: "diagnostic", diagnostic: { severity: "error", summary, address } })]),
      "/l",
    ).message;

  // The provider's own words.
  test.each([
    [
      "no matching Route 53 Hosted Zone found",
      'and there is none; correct its name or account, or give it source "create"',
    ],
    [
      "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone",
      "and there are several; delete those whose name servers nobody was told, they answer nothing",
    ],
  ])("is named when there is %s", (summary, rest) => {
    expect(of(summary)).toContain(`zone (example.org) must be one public zone of this account, ${rest}`);
  });

  test("has other errors told as they are, and those of other data too", () => {
    expect(of("AccessDenied")).toContain("plan of dns failed: AccessDenied");
    expect(of("no matching Route 53 Hosted Zone found", "data.aws_vpc.x")).toContain("plan of dns failed: no matching");
  });
});
