import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ActionFailure, type ActionResult } from "@slipway/core";
import { environment } from "@slipway/core/testing/environment";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "run-"));
const [outputs, report] = [join(folder, "output"), join(folder, "summary")];
const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = environment;

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an action with these files, and gives the step's exit code and what it printed. */
async function step(work: () => Promise<ActionResult>, files: { output?: string; summary?: string } = {}) {
  let printed = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const before = process.exitCode;
  for (const file of [outputs, report]) writeFileSync(file, "");
  environment.GITHUB_OUTPUT = files.output ?? outputs;
  environment.GITHUB_STEP_SUMMARY = files.summary ?? report;
  try {
    await run("deploy-service", work);
    return { code: Number(process.exitCode ?? 0), printed, written: readFileSync(outputs, "utf8") };
  } finally {
    process.exitCode = before;
    write.mockRestore();
    restore("GITHUB_OUTPUT", GITHUB_OUTPUT);
    restore("GITHUB_STEP_SUMMARY", GITHUB_STEP_SUMMARY);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete environment[name];
  else environment[name] = value;
}

const value = (written: string, name: string) =>
  new RegExp(`^${name}<<(\\S+)\n([\\s\\S]*?)\n\\1$`, "m").exec(written)?.[2];
const success = async () => ({ outputs: { changed: "true" }, summary: "## Deployed\n" });
const failure = async () => {
  throw new ActionFailure("deployment-rolled-back", "Deployment of web:3 rolled back by ECS", "fix the cause");
};

test("outputs and summary are written", async () => {
  const { code, written } = await step(success);
  expect([code, value(written, "changed"), value(written, "failure-reason")]).toEqual([0, "true", ""]);
  expect(readFileSync(report, "utf8")).toBe("## Deployed\n\n");
});

test.each([
  ["lies in no folder", join(folder, "missing/summary")],
  ["is a folder", folder],
])("a summary that %s is a warning: success stays success, and a failure its own", async (_, path) => {
  const done = await step(success, { summary: path });
  expect([done.code, value(done.written, "changed"), value(done.written, "failure-reason")]).toEqual([0, "true", ""]);
  expect(done.printed).toContain(`::warning::GITHUB_STEP_SUMMARY (${path}) could not be written (`);
  expect(done.printed).not.toContain("::error::");
  const failed = await step(failure, { summary: path });
  expect([failed.code, value(failed.written, "failure-reason")]).toEqual([1, "deployment-rolled-back"]);
  expect(failed.printed).toContain("::error::Deployment of web:3 rolled back by ECS; fix the cause.");
  expect(failed.printed).toContain("::warning::GITHUB_STEP_SUMMARY");
});

test("outputs that cannot be written fail the step, because later steps would decide on empty values", async () => {
  const path = join(folder, "missing");
  const { code, printed } = await step(success, { output: path });
  expect(code).toBe(1);
  expect(printed).toContain(`::error::GITHUB_OUTPUT (${path}) must be writable (Missing file at path`);
  expect(readFileSync(report, "utf8")).toBe("## Deployed\n\n");
  const failed = await step(failure, { output: path });
  expect(failed.printed).toContain("::error::Deployment of web:3 rolled back by ECS; fix the cause.");
});
