import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import { type FakeGithub, fakeGithub, type TestGithub, testGithub } from "@slipway/github/fake";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import { buildReport } from "@slipway/plan-review/report/build-report";
import { deploymentNotes } from "./plan-pull-request.ts";
import { postUnplanned } from "./post-unplanned.ts";
import { type ReportPlanInput, reportPlan } from "./report-plan.ts";
import { readSubject } from "./subject.ts";
import { otherEnvironments } from "./untrusted-stacks.ts";

// It starts a server: too slow for the unit tests.
const head = "a".repeat(40);
const url = "https://github.com/octo-org/this-is-project/actions/runs/7";
const here = { ref: "refs/heads/main", sha: "c".repeat(40) };

let github: FakeGithub;
let context: TestGithub;

beforeEach(async () => {
  github = await fakeGithub();
  context = testGithub(github);
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

function subject(run: Record<string, unknown> = {}) {
  const workflow_run = { head_sha: head, head_branch: "change", conclusion: "success", html_url: url, ...run };
  const given = { number: undefined, commit: "", appPaths: ["shop", "lib", "docker/Dockerfile"] };
  return readSubject({ ...here, payload: { workflow_run } }, given, async () => context);
}

/** As post has it, with the report of the job that planned. */
function posting(environment = "staging"): ReportPlanInput & { environment: string; head: string } {
  return {
    environment,
    head,
    handedOver: true,
    path: "report.json",
    runUrl: "https://github.com/octo-org/this-is-project/actions/runs/8",
    comment: "always",
    target: { kind: "issue", number: 1 },
    issue: false,
    status: true,
    open: true,
    dryRun: false,
  };
}

const report = (more: Partial<Parameters<typeof buildReport>[0]> = {}) =>
  buildReport(
    { kind: "plan", environment: "staging", head, pr: 1, engine: "", provider: "", stacks: [], ...more },
    redactionRules([], []),
  );
const clients = () => ({ github: async () => context, log: context.log });

test("the pull request is GitHub's answer; what the event says of it, another run's payload, is not asked", async () => {
  github.state.addPull({ title: "Change", headSha: head });
  expect(await subject({ pull_requests: [{ number: 99 }] })).toEqual({
    pr: 1,
    head,
    base: "b".repeat(40),
    open: true,
    failedSynth: undefined,
    changesApp: false,
    notes: [],
  });
});

test("nothing is planned or posted once the branch has a newer commit", async () => {
  const pull = github.state.addPull({ title: "Change", headSha: head });
  pull.headSha = "d".repeat(40);
  expect(await subject()).toBeUndefined();
  expect(context.lines.join()).toContain("aaaaaaa is the head of no open pull request that is planned here");
});

test("a pull request that changes our workflows or actions is told, in one line, that main's planned it", async () => {
  const pull = github.state.addPull({ title: "Change", headSha: head });
  pull.files = ["README.md", ".github/workflows/plan.yml", ".github/actions/report-plan/main.ts"];
  const notes = (await subject())?.notes ?? [];
  await reportPlan(report({ notes: [...notes] }), posting(), clients());
  const lines = (github.state.comments[0]?.body ?? "").split("\n").filter((line) => line.includes("of main"));
  expect(lines).toEqual([
    "> This pull request changes files in .github; it was planned and posted by the workflows and actions of main, and by none of its own.",
  ]);
});

/** What the comment says beside the plan of a pull request with these files. */
async function notesOf(files: string[], more: Parameters<typeof report>[0] = {}): Promise<readonly string[]> {
  const pull = github.state.addPull({ title: "Change", headSha: head });
  pull.files = files;
  const { changesApp = false } = (await subject()) ?? {};
  const planned = report(more);
  await reportPlan({ ...planned, notes: [...deploymentNotes(planned, changesApp)] }, posting(), clients());
  const lines = (github.state.comments[0]?.body ?? "").split("\n");
  return lines.filter((line) => line.startsWith("> ") && !line.startsWith("> [!"));
}

const stack = { name: "service", hash: "abc", constructPaths: new Map<string, string>() };
const changing = { stacks: [{ ...stack, status: "waiting", upstreamChanged: ["network"] } as const] };

test.each([["shop/views.py"], ["lib/deep/x.py"], ["docker/Dockerfile"]])(
  "a pull request that changes only the app (%s) is told in one line what merging does",
  async (file) => {
    expect(await notesOf(["README.md", file])).toEqual([
      "> No infrastructure changes: merging deploys the image of this commit.",
    ]);
    expect(github.state.comments[0]?.body).toContain("## Plan for `staging`: no changes\n\n> [!NOTE]\n> No infra");
  },
);

test("one that changes both is told the order", async () => {
  expect(await notesOf(["shop/views.py"], changing)).toEqual([
    "> The app changes too: merging applies this plan, then deploys the image of this commit.",
  ]);
});

test.each([[["docs/page.md"]], [["shopping/views.py", "docker/Dockerfile.dev", "library.py"]], [[]]])(
  "one that changes nothing of the app (%j) is told nothing of an image",
  async (files) => expect(await notesOf(files)).toEqual([]),
);

test("where a stack has to be corrected first, nothing is promised", async () => {
  const failed = { stacks: [{ ...stack, status: "failed", error: "wrong" } as const] };
  expect(await notesOf(["shop/views.py"], failed)).toEqual(["> Stack `service` could not be planned."]);
});

test("an environment that main does not know is named, without what else its name may hold", async () => {
  const folder = mkdtempSync(join(tmpdir(), "artifact-"));
  for (const name of ["main/staging", "main/production", "artifact/staging", "artifact/qa`@all"])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "artifact/staging/network.json"), "{}");
  const stacks = { untrustedStacks: join(folder, "artifact"), stacksDir: join(folder, "main/staging") };
  expect(await otherEnvironments({ ...stacks, environment: "staging", folder })).toEqual([
    "Main does not know the environment `qa??all`: not planned here; when this is merged, `apply` plans what was merged and waits for approval",
  ]);
  rmSync(folder, { recursive: true });
});

test("the commit gets a status of its own name for each environment, with the address of the run", async () => {
  github.state.addPull({ title: "Change", headSha: head });
  await reportPlan(report(), posting(), clients());
  const { runUrl } = posting();
  const status = { sha: head, context: "plan / staging", url: runUrl };
  expect(github.state.statuses).toEqual([{ ...status, state: "success", description: "no changes" }]);
});

test("stacks that main does not plan are refused with the reason, in comment and status", async () => {
  github.state.addPull({ title: "Change", headSha: head });
  const what = "resource.null_resource.x (local-exec) must have no provisioner";
  const outcome = { status: "refused", reason: "stacks-invalid", what, next: "take it out and push" } as const;
  await reportPlan(report({ outcome }), posting(), clients());
  expect(github.state.comments[0]?.body).toContain("## Plan for `staging`: **not planned here**\n\n> [!CAUTION]\n> ");
  expect(github.state.comments[0]?.body).toContain("must have no provisioner.");
  expect(github.state.statuses).toMatchObject([{ state: "failure", description: "not planned here" }]);
  const planning = reportPlan(report({ outcome }), { ...posting(), handedOver: false, comment: "never" }, clients());
  await expect(planning).rejects.toMatchObject({ reason: "stacks-invalid", what });
});

test("a pull request that could not be synthesized is told so, with the run that failed", async () => {
  github.state.addPull({ title: "Change", headSha: head });
  const found = await subject({ conclusion: "failure" });
  const missing = new ActionFailure("report-missing", "Report (report) must be there", "see the log");
  const failure = await postUnplanned(missing, { ...posting(), ...found }, clients());
  expect(failure).toMatchObject({ reason: "report-missing" });
  expect(github.state.comments[0]?.body).toContain(
    "> Its stacks must be synthesized first, and that ended in failure.",
  );
  expect(github.state.comments[0]?.body).toContain(`See [the run](${url})`);
  expect(github.state.statuses).toMatchObject([{ state: "failure", description: "could not be synthesized", url }]);
});
