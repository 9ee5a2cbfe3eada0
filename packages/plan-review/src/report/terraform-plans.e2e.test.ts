import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "@slipway/core/testing/environment";
import type { PlanJson } from "../plan/plan-json.ts";
import { buildReport } from "./build-report.ts";
import { renderReport } from "./render-report.ts";
import { reportOutputs } from "./report-counts.ts";

// `terraform_data` is built into Terraform: no provider starts.
jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "terraform-plans-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function terraform(...args: string[]): string {
  return execFileSync(environment.TERRAFORM_BIN || "terraform", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...environment, TF_DATA_DIR: join(folder, ".terraform") },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function write(resources: object, more: object = {}): void {
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ resource: { terraform_data: resources }, ...more }));
}

function planned(): PlanJson {
  terraform("plan", "-input=false", "-no-color", "-out=plan");
  return JSON.parse(terraform("show", "-json", "plan"));
}

function shown(plan: PlanJson) {
  const report = buildReport(
    {
      kind: "plan",
      environment: "production",
      head: "3d3c42e5aac5",
      engine: `Terraform ${plan.terraform_version}`,
      provider: "none",
      stacks: [{ name: "web", status: "planned", hash: "", constructPaths: new Map(), plan }],
    },
    { patterns: [], names: [] },
  );
  const text = renderReport(report, { limit: 65_000, measure: ({ length }) => length });
  return { text, outputs: reportOutputs(report) };
}

const check = {
  answers: { assert: [{ condition: '${terraform_data.listed.id == ""}', error_message: "The shop must answer." }] },
};

test("what Terraform itself plans is shown, counted and explained", () => {
  const listed = (items: readonly object[]) => ({ input: { items } });
  const triggered = { lifecycle: { replace_triggered_by: ["terraform_data.broken"] } };
  const [first, second] = [{ port: 1 }, { port: 2 }];
  const broken = { input: "a" };
  write({ broken, triggered, old: {}, kept: {}, gone: {}, listed: listed([first, second]) });
  terraform("init", "-input=false", "-no-color");
  terraform("apply", "-auto-approve", "-input=false", "-no-color");
  terraform("taint", "terraform_data.broken");
  write(
    { broken, triggered, new: {}, found: {}, listed: listed([second, first]) },
    {
      check,
      moved: [{ from: "terraform_data.old", to: "terraform_data.new" }],
      removed: [{ from: "terraform_data.kept", lifecycle: { destroy: false } }],
      import: [{ to: "terraform_data.found", id: "a-1" }],
    },
  );
  const { text, outputs } = shown(planned());
  expect(text).toMatch(
    /^## Plan for `production`: 1 to change, \*\*2 to replace\*\*, \*\*1 to destroy\*\*, 1 to import, 1 to move, 1 to forget, \*\*1 check does not pass\*\*\n/,
  );
  expect(outputs).toMatchObject({ "to-change": "1", "to-replace": "2", "to-import": "1", risk: "replace-or-delete" });
  for (const words of [
    "± `terraform_data.broken` · tainted",
    "± `terraform_data.triggered` · replace_triggered_by",
    "− <code>terraform_data.gone</code> · no longer in the code",
    "→ terraform_data.new · moved from terraform_data.old",
    "← terraform_data.found · imports a-1",
    "⊘ terraform_data.kept",
    "! input.items: other order",
    "- `check.answers` (stack `web`) fails: `The shop must answer.`",
  ])
    expect(text).toContain(words);
});

test("a check that fails warns in a plan that changes nothing", () => {
  write({ listed: {} }, { check });
  terraform("apply", "-auto-approve", "-input=false", "-no-color");
  expect(shown(planned()).text).toMatch(/^## Plan for `production`: no changes, \*\*1 check does not pass\*\*\n/);
});
