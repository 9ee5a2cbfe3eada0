import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom } from "../../testing/failure-from.ts";
import { readReport, type WantedReport } from "./read-report.ts";
import type { SafeReport } from "./safe-report.ts";
import { writeReport } from "./write-report.ts";

const report: SafeReport = {
  version: 1,
  kind: "plan",
  environment: "staging",
  head: "a".repeat(40),
  engine: "Terraform 1.11.4",
  provider: "hashicorp/aws 5.100.0",
  stacks: [],
};
const wanted: WantedReport = { kinds: ["plan", "apply"], environment: "staging" };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a report is read by its file, or by the folder that holds it alone, as an artifact is unpacked", async () => {
  const path = await writeReport(report, folder);
  expect(await readReport(path, wanted)).toEqual(report);
  expect(await readReport(folder, wanted)).toEqual(report);
});

test("a folder with none or with two of them is refused", async () => {
  expect((await failureFrom(() => readReport(folder, wanted))).message).toContain(
    "must be a folder with one JSON file",
  );
  await writeReport(report, folder);
  await writeFile(join(folder, "other.json"), "{}");
  expect((await failureFrom(() => readReport(folder, wanted))).message).toContain(
    "must be a folder with one JSON file",
  );
});

test("a report of another environment or kind is refused", async () => {
  const path = await writeReport(report, folder);
  const other = await failureFrom(() => readReport(path, { ...wanted, environment: "production" }));
  expect(other.message).toContain("must be of `production`, not of `staging`");
  expect((await failureFrom(() => readReport(path, { kinds: ["drift"], environment: "" }))).message).toContain(
    "must be one of drift, not of plan",
  );
});
