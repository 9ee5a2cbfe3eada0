import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Environment, environment } from "@slipway/infra";
import { localVariables, processesIn, readSlipwayHome } from "@slipway/local-aws";
import { type EntryEnd, type EntryHome, startEntry } from "../../dev/test/start-entry.ts";
import { awsReads } from "../../local/aws-reads.ts";
import type { ScenarioFacts } from "./context.ts";

jest.setTimeout(60_000);

const root = join(__dirname, "../../../../..");
const outer = readSlipwayHome(root, process.env);
const homeFolder = outer.path("github-scenario");
// A port per SlipwayHome, outside of the ephemeral range, so that tests of two checkouts do not collide.
const port = 20_000 + (Number.parseInt(createHash("sha256").update(homeFolder).digest("hex").slice(0, 6), 16) % 10_000);
const home: EntryHome = { root, folder: homeFolder, port };

const story = ["start", "--via", "github"];

let stopped: EntryEnd;
/** Processes that were left when it was stopped. */
let left: readonly unknown[];
let end: EntryEnd;
let facts: ScenarioFacts;

/** Runs of a workflow on an event, in order. */
const runs = (file: string, event: string) => facts.runs.filter((run) => run.file === file && run.event === event);
const job = (run: ScenarioFacts["runs"][number] | undefined, name: string) =>
  run?.jobs.find((each) => each.name.endsWith(name))?.result;
const pull = (title: RegExp) => facts.pulls.find((each) => title.test(each.title));
const comments = (title: RegExp, body: RegExp) => pull(title)?.comments.filter((each) => body.test(each.body)) ?? [];

/** Starts the story and interrupts it, as Ctrl-C does, while Terraform applies. */
async function interruptInApply(): Promise<EntryEnd> {
  const entry = startEntry(home, story);
  await entry.waitForOutput(" is approved");
  let over = false;
  const ended = entry.ended.finally(() => {
    over = true;
  });
  while (!over && !processesIn(join(home.folder, "github")).some(({ pid }) => applies(pid))) await sleep(100);
  await sleep(1500);
  process.kill(-entry.pid, "SIGINT");
  return ended;
}

function applies(pid: number): boolean {
  try {
    return /terraform\0.*\bapply\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

beforeAll(async () => {
  await startEntry(home, ["down"]).ended;
  // The cache is shared by all tests of a SlipwayHome.
  mkdirSync(home.folder, { recursive: true });
  const cache = join(home.folder, "cache");
  if (!existsSync(cache) && existsSync(outer.path("cache"))) symlinkSync(outer.path("cache"), cache);
  stopped = await interruptInApply();
  left = processesIn(join(home.folder, "github"));
  end = await startEntry(home, story).ended;
  if (end.code !== 0) throw new Error(end.output.slice(-6000));
  facts = JSON.parse(readFileSync(join(home.folder, "github/facts.json"), "utf8")) as ScenarioFacts;
}, 1_500_000);

afterAll(async () => {
  const down = await startEntry(home, ["down"]).ended;
  if (down.code !== 0) throw new Error(down.output.slice(-3000));
}, 120_000);

test("an unknown way is refused with the known ones", async () => {
  const { code, output } = await startEntry(home, ["start", "--via", "mail"]).ended;
  expect([code, output]).toEqual([1, expect.stringContaining("--via (mail) must be pull-request or github")]);
});

test("Ctrl-C in an apply waits for Terraform and ends with 130; the next run goes on from there", () => {
  expect(stopped.output).toContain("npm start was stopped in “First apply, and drift” by SIGINT");
  expect([stopped.code, left]).toEqual([130, []]);
  expect(end.output).toContain("✔ staging: done by an earlier scenario");
});

test("both environments come from nothing by plans that somebody approved", () => {
  const dispatched = runs("apply.yml", "workflow_dispatch");
  for (const environment of ["staging", "production"]) {
    const own = dispatched.filter((run) => job(run, `/Apply ${environment}`) !== undefined);
    expect(own.slice(0, 3).map((run) => job(run, `/Apply ${environment}`))).toEqual(["success", "success", "success"]);
  }
});

test("a pull request gets one comment for each environment, which its fix rewrites", () => {
  const synthesized = runs("synth.yml", "pull_request").slice(0, 2);
  const planned = runs("plan.yml", "workflow_run").slice(0, 2);
  expect([...synthesized, ...planned].map(({ ok }) => ok)).toEqual([true, true, true, true]);
  for (const environment of ["staging", "production"]) {
    expect(comments(/more memory$/, new RegExp(`^<!-- slipway:plan:v1 environment=${environment} `))).toHaveLength(1);
  }
});

test("one that rewrites our workflow and actions is planned by main's; its own copy gets no role", () => {
  const posted = comments(/our way$/, /by the workflows and actions of main, and by none of its own/);
  expect(posted.map(({ login }) => login)).toEqual(["github-actions[bot]", "github-actions[bot]"]);
  expect(runs("plan.yml", "pull_request").map(({ ok, jobs }) => [ok, jobs.map(({ result }) => result)])).toEqual([
    [false, ["failure"]],
  ]);
});

test("the planned commit of each pull request has the result beside its checks", () => {
  const contexts = facts.statuses.map(({ context, state }) => `${context}: ${state}`);
  expect(contexts.slice(0, 4).sort()).toEqual([
    "plan / production: success",
    "plan / production: success",
    "plan / staging: success",
    "plan / staging: success",
  ]);
  expect(facts.statuses.every(({ sha }) => /^[0-9a-f]{40}$/.test(sha))).toBe(true);
});

test("its merge goes to staging, then after an approval to production", () => {
  const [merged] = runs("apply.yml", "push");
  const order = merged?.jobs.map(({ name }) => name) ?? [];
  const at = (name: string) => order.findIndex((each) => each.endsWith(name));
  expect(merged?.ok).toBe(true);
  expect(at("Deploy web to staging")).toBeLessThan(at("Wait for approval of production"));
  expect(at("Wait for approval of production")).toBeLessThan(at("Apply production"));
  expect(job(merged, "Deploy web to production")).toBe("success");
  expect(comments(/more memory$/, /^## `(staging|production)\/web`: deployed/m)).toHaveLength(2);
});

test("a version that fails its check is rolled back, its pull request gets a comment why, and production not asked", () => {
  const [, bad] = runs("apply.yml", "push");
  expect([bad?.ok, job(bad, "Deploy web to staging")]).toEqual([false, "failure"]);
  expect(bad?.jobs.filter(({ name }) => /approval of production|Apply production/.test(name))).toEqual([]);
  const [comment, ...more] = comments(/version shorter$/, /not deployed/);
  expect([comment?.login, more]).toEqual(["github-actions[bot]", []]);
  expect(comment?.body).toMatch(/rolled back/);
});

test("a rollback by hand reaches each of its targets, also a deployment that is under way", () => {
  const rolled = runs("rollback.yml", "workflow_dispatch");
  expect(rolled.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  expect(comments(/locally only$/, /not deployed/)).toHaveLength(1);
});

test("drift by hand opens an issue, which is closed when nothing differs after the merge", () => {
  expect(runs("drift.yml", "schedule").map(({ ok }) => ok)).toEqual([true, true]);
  const drifted = facts.issues.filter(({ labels }) => labels.includes("drift"));
  expect(drifted.map(({ state }) => state)).toEqual(["closed"]);
});

test("forks and Dependabot get no plan and no comment; merged, main is planned and waits for approval", () => {
  const comment = runs("synth.yml", "pull_request").slice(-2);
  expect(comment.map(({ jobs }) => jobs.map(({ name }) => name))).toEqual([
    ["Synth/Say why there is no plan"],
    ["Synth/Say why there is no plan"],
  ]);
  expect(comments(/^Bump django$/, /./)).toEqual([]);
  expect(job(runs("apply.yml", "workflow_dispatch").at(-1), "/Apply staging")).toBe("success");
  expect(facts.issues.filter(({ state }) => state === "open")).toEqual([]);
});

test("what GitHub was asked and answered is as its own description has it", () => {
  expect(facts.violations).toEqual([]);
});

test("AWS has what the scenario says: other images in the two environments, each of one digest", async () => {
  const endpoint = `http://127.0.0.1:${home.port}`;
  const running = ({ account, region, name }: Environment) =>
    awsReads(localVariables({}, { endpoint, account, region })).runningDigests(name, `${name}-web`, "django_test");
  expect(await running(environment("staging"))).toEqual([facts.running.staging]);
  expect(await running(environment("production"))).toEqual([facts.running.production]);
  expect(facts.running.staging).not.toBe(facts.running.production);
});
