import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport, writeReport } from "./report-file.ts";
import type { SafeReport } from "./report-schema.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stack = {
  name: "network",
  status: "unchanged" as const,
  hash: "abc123",
  upstreamChanged: [],
} satisfies SafeReport["stacks"][number];
const report: SafeReport = {
  version: 1,
  kind: "plan",
  environment: "staging",
  head: "3d3c42e5aac5",
  pr: 5,
  engine: "Terraform 1.11.4",
  provider: "hashicorp/aws 5.100.0",
  stacks: [stack],
};
const wanted = { kinds: ["plan"], environment: "staging", head: "3d3c42e5aac5", pr: 5 } as const;

async function read(content: unknown): Promise<SafeReport> {
  const path = join(folder, "report.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return await readReport(path, wanted);
}

test("what one job wrote is what the other reads", async () => {
  await expect(readReport(await writeReport(report, join(folder, "new")), wanted)).resolves.toEqual(report);
});

test.each([
  ["must be JSON", "{ secret"],
  ["wrong is version", { ...report, version: 2 }],
  ["wrong is environment", { ...report, environment: "staging --><script>" }],
  ["wrong is head", { ...report, head: "main" }],
  ["wrong is planId", { ...report, planId: "0".repeat(63) }],
  ["wrong is expires", { ...report, expires: "soon" }],
  ["wrong is runUrl", { ...report, runUrl: "javascript:alert(1)" }],
  ["wrong is stacks.0.name", { ...report, stacks: [{ ...stack, name: "a|b" }] }],
  ["wrong is stacks", { ...report, stacks: Array.from({ length: 501 }, (_, n) => ({ ...stack, name: `s${n}` })) }],
  ["must name each stack once", { ...report, stacks: [stack, stack] }],
  ["must be one of plan, not of drift", { ...report, kind: "drift" }],
  ["must be of `staging`, not of `production`", { ...report, environment: "production" }],
  ["must be of commit 3d3c42e5aac5, not of 3d3c42e5aac6", { ...report, head: "3d3c42e5aac6" }],
  ["must be of pull request #5, not of #6", { ...report, pr: 6 }],
])("a report that %s is refused, without quoting it", async (what, content) => {
  const rejection = read(content);
  await expect(rejection).rejects.toMatchObject({ reason: "report-invalid", what: expect.stringContaining(what) });
  await expect(rejection).rejects.not.toThrow(/secret|script|javascript/);
});

test("a report of a pull request is refused where there is none", async () => {
  const path = await writeReport(report, folder);
  await expect(readReport(path, { ...wanted, pr: undefined })).rejects.toThrow("must be of no pull request, not of #5");
});

test.each(["none.json", "none/"])("a missing report (%s) names the place and what to hand over", async (name) => {
  const missing = readReport(join(folder, name), wanted);
  await expect(missing).rejects.toThrow(/none.*\) must be there: .*, and hand over its output `report`\.$/);
  await expect(missing).rejects.toMatchObject({ reason: "report-missing" });
});

test("long texts are cut, control signs and signs that turn the direction go", async () => {
  const attribute = { path: "a\u001b[31m\u202eb\n::error::c", after: "x".repeat(5000), forcesReplacement: false };
  const change = {
    address: "a.b",
    type: "a",
    action: "create",
    forcedBy: [],
    putsBack: false,
    attributes: [attribute],
  };
  const plan = { changes: [change], outputs: [], drift: [], hidden: 0 };
  const { stacks } = await read({ ...report, stacks: [{ ...stack, error: "one\n\u0007two", plan }] });
  expect(stacks[0]?.error).toBe("one\n two");
  const [shown] = stacks[0]?.plan?.changes[0]?.attributes ?? [];
  expect(shown).toMatchObject({ path: "a [31m b ::error::c", after: "x".repeat(2000) });
});

test("a report is read by its file, or by the folder that holds it alone, as an artifact is unpacked", async () => {
  const path = await writeReport(report, folder);
  await expect(readReport(path, wanted)).resolves.toEqual(report);
  await expect(readReport(folder, wanted)).resolves.toEqual(report);
});

test("a folder with none is a missing report; one with two of them is refused", async () => {
  await expect(readReport(folder, wanted)).rejects.toMatchObject({ reason: "report-missing" });
  await writeReport(report, folder);
  writeFileSync(join(folder, "other.json"), "{}");
  await expect(readReport(folder, wanted)).rejects.toThrow("must be a folder with one JSON file");
});
