import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanJson } from "../plan/plan-json.ts";
import { harmlessValues } from "../testing/harmless-values.ts";
import { manyChanges } from "../testing/many-changes.ts";
import { planOf } from "../testing/plan-of.ts";
import { plantedSecrets } from "../testing/planted-secrets.ts";
import { readPlans } from "../testing/read-plans.ts";
import { buildReport, type PlannedReport, type PlannedStack } from "./build-report.ts";
import { renderReport } from "./render-report.ts";

const fixtures = join(__dirname, "../../fixtures");
const rules = { patterns: [], names: [] };
const characters = (text: string) => text.length;
const comment = { limit: 65_000, measure: characters };

function reportOf(stacks: readonly (Partial<PlannedStack> & { name: string })[]): PlannedReport {
  return {
    kind: "plan",
    environment: "production",
    head: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    runUrl: "https://github.com/octo-org/this-is-project/actions/runs/1",
    engine: "Terraform 1.11.4",
    provider: "hashicorp/aws 5.100.0",
    stacks: stacks.map((stack) => ({ status: "planned", hash: "0123456789", constructPaths: new Map(), ...stack })),
  };
}

function rendered(report: PlannedReport, limit = comment.limit): string {
  return renderReport(buildReport(report, rules), { ...comment, limit });
}

// UPDATE_RENDERED=1 rewrites what the engine's plans are rendered to.
test.each(readdirSync(fixtures))("the plans of %s are rendered as before", (name) => {
  const path = join(fixtures, name, "rendered.md");
  const text = rendered(readPlans(join(fixtures, name)));
  // biome-ignore lint/style/noProcessEnv: the flag that rewrites the files
  if (process.env.UPDATE_RENDERED === "1") writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, "utf8"));
});

test("no machine path and no secret is in the rendered plans", () => {
  for (const name of readdirSync(fixtures)) {
    const text = rendered(readPlans(join(fixtures, name)));
    expect(text).not.toMatch(/\/(tmp|home|root|work|opt)\/|Tr0ub4dor|Correct-Battery|VHIwdWI0ZG9y/);
  }
});

test("no planted secret is in comment or summary, also when the engine's error repeats it", () => {
  const plan = planOf(plantedSecrets);
  const error = plantedSecrets
    .map(({ what, attributes }) => `Error: ${what}: ${JSON.stringify(attributes)}`)
    .join("\n");
  const text = rendered(
    reportOf([
      { name: "web", plan },
      { name: "jobs", status: "failed", error },
    ]),
    2_000_000,
  );
  // What stands alone in an error, without name, mark or shape, is known by its mark in a plan or not at all.
  const readable = plantedSecrets.filter(({ secrets }) => secrets.some((secret) => text.includes(secret)));
  expect(readable.map(({ what }) => what)).toEqual([]);
});

test("an error that quotes a secret of no plan hides it too, unless nothing distinguishes it from other words", () => {
  const readable = plantedSecrets.filter(({ what, attributes, secrets }) => {
    const text = rendered(
      reportOf([{ name: "jobs", status: "failed", error: `Error: ${what}: ${JSON.stringify(attributes)}` }]),
    );
    return secrets.some((secret) => text.includes(secret));
  });
  // These hang on the provider's mark alone, or on knowing that a text is a script or an environment file.
  expect(readable.map(({ what }) => what)).toEqual([
    "a parameter's marked value",
    "the body of an .env file",
    "a marked password repeated where nothing marks it",
    "a whole .env body in one variable",
  ]);
});

test("every harmless value is readable in the comment", () => {
  const resources = harmlessValues.map(({ attribute, value }) => ({
    type: "aws_x",
    attributes: { [attribute]: value },
  }));
  const text = rendered(reportOf([{ name: "web", plan: planOf(resources) }]), 2_000_000);
  expect(text).not.toMatch(/•|\(hidden\)|\(sensitive\)|not shown/);
});

test("400 changes in 8 stacks make one comment under the limit within a second", () => {
  const report = reportOf(manyChanges());
  // Processor time: other tests run beside this one.
  const started = process.cpuUsage();
  const text = rendered(report);
  const used = process.cpuUsage(started);
  expect((used.user + used.system) / 1_000_000).toBeLessThan(1);
  expect(text.length).toBeLessThanOrEqual(65_000);
  // As much as fits is shown.
  expect(text.length).toBeGreaterThan(50_000);
  expect(text).toMatch(
    /^## Plan for `production`: 200 to add, 160 to change, \*\*16 to replace\*\*, \*\*24 to destroy\*\*/,
  );
  expect(text).toMatch(/Too long to show whole: .*\[the full report\]\(https:\/\/github\.com/);
});

test.each([65_000, 30_000, 12_000, 6_000, 3_000, 1_000])(
  "within %i characters, nothing dangerous is shortened before something less dangerous",
  (limit) => {
    const text = rendered(reportOf(manyChanges()), limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    const detailed = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const changes = detailed(/^! size: "old" → "new"$/gm);
    const forced = detailed(/forces replacement/g);
    // New resources have their attributes only where all changes have theirs, and changes only where all replacements do.
    if (detailed(/^\+ attribute_3/gm) > 0) expect(changes).toBe(160);
    if (changes > 0) expect(forced).toBe(16);
  },
);

test("the summary is measured in bytes", () => {
  const plan = planOf([
    { type: "aws_x", attributes: { text: "한국어 ".repeat(40) } },
    { type: "aws_x", attributes: { a: "b" } },
  ]);
  const bytes = (text: string) => Buffer.byteLength(text);
  const whole = renderReport(buildReport(reportOf([{ name: "web", plan }]), rules), {
    limit: 1_000_000,
    measure: bytes,
  });
  const limit = bytes(whole) - 1;
  expect(whole.length).toBeLessThan(limit);
  expect(
    bytes(renderReport(buildReport(reportOf([{ name: "web", plan }]), rules), { limit, measure: bytes })),
  ).toBeLessThanOrEqual(limit);
});

test("a failed stack heads the comment with its error, the others are still reported", () => {
  const text = rendered(
    reportOf([
      { name: "web", plan: planOf([{ type: "aws_db_instance", action: "replace", attributes: {} }]) },
      { name: "jobs", status: "failed", error: "Error: no such bucket" },
    ]),
  );
  expect(text.indexOf("no such bucket")).toBeLessThan(text.indexOf("aws_db_instance"));
  expect(text.indexOf("| `jobs`")).toBeLessThan(text.indexOf("| `web`"));
  expect(text).toContain("**1 stack failed**");
});

test("text from plans cannot break out of its place", () => {
  const plan: PlanJson = planOf([{ type: "aws_x", action: "replace", attributes: {} }]);
  const [change] = plan.resource_changes ?? [];
  const address = 'aws_x.y["</code></summary><img src=x> | ```"]';
  const resource_changes =
    change === undefined
      ? []
      : [{ ...change, address, change: { ...change.change, after: { size: "a\r```\n# big" } } }];
  const text = rendered(reportOf([{ name: "a|b`c", plan: { ...plan, resource_changes } }]));
  expect(text).not.toMatch(/<img|<\/code><\/summary><img|^# big/m);
  expect(text).toContain("| `a\\|b'c` |");
});
