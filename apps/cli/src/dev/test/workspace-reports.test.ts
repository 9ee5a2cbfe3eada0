import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PartResult } from "./run-parts.ts";
import { addUp, workspaceReports } from "./workspace-reports.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "workspaces-"));
  const link = (resolved: string) => ({ resolved, link: true });
  write("package-lock.json", {
    packages: { "": {}, "node_modules/a": link("packages/a"), "node_modules/b": link("b"), "node_modules/jest": {} },
  });
  write("packages/a/package.json", { scripts: { test: "jest" } });
  write("b/package.json", { scripts: { test: "jest" } });
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}
const passed = (count: number): PartResult => ({ passed: count, failed: 0, report: "" });
const added = (ok = true) => addUp(workspaceReports(root), { ok, output: "what turbo said" });

test("the results of all workspaces with tests are added up, wherever they came from", () => {
  write("packages/a/.turbo/test-result.json", passed(2));
  write("b/.turbo/test-result.json", { passed: 3, failed: 1, report: "b › broke" });
  expect(added(false)).toEqual({ passed: 5, failed: 1, report: "b › broke" });
});

test("a workspace that says nothing has failed", () => {
  write("packages/a/.turbo/test-result.json", passed(2));
  expect(added()).toMatchObject({ passed: 2, failed: 1, report: expect.stringContaining("b: its tests did not end") });
});

test("a workspace without tests is not waited for", () => {
  write("packages/a/.turbo/test-result.json", passed(2));
  write("b/package.json", {});
  expect(added()).toEqual({ passed: 2, failed: 0, report: "" });
});

test("a run that failed has failed, even if every test passed", () => {
  write("packages/a/.turbo/test-result.json", passed(2));
  write("b/.turbo/test-result.json", passed(3));
  expect(added(false)).toEqual({ passed: 5, failed: 1, report: "what turbo said" });
});
