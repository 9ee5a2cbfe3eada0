import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesIn } from "@slipway/local-aws";
import { type EntryEnd, startEntry } from "../../dev/test/start-entry.ts";

// The tests depend on each other: each starts with the state of the one before, because a first apply takes minutes.
jest.setTimeout(600_000);

const root = join(__dirname, "../../../../..");
const shared = process.env.SLIPWAY_HOME ?? join(root, ".slipway/test");
const homeFolder = join(shared, "scenario");
// A port per SlipwayHome, outside of the ephemeral range.
const port = 30_000 + (Number.parseInt(createHash("sha256").update(homeFolder).digest("hex").slice(0, 6), 16) % 2_000);
const run = (...args: string[]) => startEntry({ root, folder: homeFolder, port }, args).ended;
const scenario = ["start", "--via", "pull-request"];

let end: EntryEnd;

/** What GitHub would show at the end of a step. */
function shown(step: string): string {
  const folder = join(homeFolder, "summaries");
  const name = readdirSync(folder).find((file) => new RegExp(`^\\d+-${step}\\.md$`).test(file));
  if (name === undefined) throw new Error(`no ${step} among ${readdirSync(folder).join(", ")}`);
  return readFileSync(join(folder, name), "utf8");
}

beforeAll(async () => {
  await run("down");
  mkdirSync(homeFolder, { recursive: true });
  if (!existsSync(join(homeFolder, "cache")) && existsSync(join(shared, "cache")))
    symlinkSync(join(shared, "cache"), join(homeFolder, "cache"));
});
afterAll(async () => {
  await run("down");
  rmSync(homeFolder, { recursive: true, force: true });
});

test("an unknown way is refused with the known ones, and options of the delivery do not go with any", async () => {
  const unknown = await run("start", "--via", "mail");
  expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining("--via (mail) must be pull-request")]);
  const both = await run(...scenario, "--app", "x");
  expect([both.code, both.output]).toEqual([1, expect.stringContaining("cannot be used with option")]);
});

test("Ctrl-C in an apply waits for Terraform and ends with 130", async () => {
  const entry = startEntry({ root, folder: homeFolder, port }, scenario);
  await entry.waitForOutput("❯ First approval");
  await sleep(8000);
  process.kill(-entry.pid, "SIGINT");
  const { code, output } = await entry.ended;
  expect(output).toContain("npm start was stopped in “First approval” by SIGINT");
  expect(code).toBe(130);
  expect(processesIn(join(homeFolder, "pull-request"))).toEqual([]);
});

test("the next run goes on from there, and runs the scenario to its end", async () => {
  end = await run(...scenario);
  if (end.code !== 0) throw new Error(`it ended with ${end.code}:\n${end.output.slice(-6000)}`);
  expect(end.output).toMatch(/✔ What a stopped scenario left: 0 processes stopped/);
  expect(end.output).toMatch(
    /✔ (First|Second) approval: sha256:[0-9a-f]{12}… applied to \S*service; the issue is closed/,
  );
  expect(end.output).toMatch(/✔ Drift: every stack planned once more: nothing differs, no issue is open/);
});

test("what would be replaced stands in the comment, and after the fix no more in the same one", () => {
  expect(shown("a-change")).toMatch(/± <code>aws_lb_target_group\.\S+<\/code>/);
  expect(shown("its-fix")).not.toContain("aws_lb_target_group");
  expect(end.output).toMatch(/✔ A change: #\d+: 2 to replace, 2 to destroy: too much/);
  expect(end.output).toMatch(/✔ Its fix: the same comment: 1 to replace/);
});

test("the merge applies what the comment showed", () => {
  const plan = /<!-- slipway:manifest:v1 environment=staging head=[0-9a-f]{40} plan=([0-9a-f]{64}) -->/;
  const [, reviewed = ""] = plan.exec(shown("its-fix")) ?? [];
  expect(end.output).toContain(`service applied by sha256:${reviewed.slice(0, 12)}…, the plan of the comment`);
  expect(shown("its-merge")).toMatch(/\| `service` \| what was reviewed \| 1 \|/);
});

test("after an upstream output changed, the reviewed plan is refused with a new one that an approval applies", () => {
  expect(end.output).toMatch(/✔ Merge beneath it: network applied, then refused \(plan-differs\)/);
  const refusal = shown("merge-of-the-other");
  expect(refusal).toContain("## Not applied to `staging`: `plan-differs`");
  const [, plan = ""] = /gh workflow run apply\.yml -f environment=staging -f plan=([0-9a-f]{64})/.exec(refusal) ?? [];
  expect(end.output).toContain(
    `✔ Approval of the new plan: sha256:${plan.slice(0, 12)}… applied to service; the issue is closed`,
  );
});

test("a pull request that edits no stack plans nothing", () => {
  expect(shown("a-change-of-no-stack")).toContain("## Plan for `staging`: no changes");
  expect(shown("a-change-of-no-stack")).not.toContain("<details");
});
