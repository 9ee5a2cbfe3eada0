import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import { planLine } from "@slipway/plan-review/promise/comment-line";
import { writeReport } from "@slipway/plan-review/report/report-file";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";
import type { BundleRun } from "../testing/run-bundle.ts";
import { plantedStacks } from "../testing/stacks/planted-stacks.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundle, the real engine and provider, the local AWS, and the fake GitHub. Each test continues from the one before.
jest.setTimeout(240_000);

const head = "a".repeat(40);
const event = { pull_request: { number: 1, head: { sha: head }, base: { sha: "b".repeat(40) } } };

let aws: SmallEnvironment;
let github: FakeGithub;

beforeAll(async () => {
  aws = await smallEnvironment();
  aws.write();
  await aws.apply();
});

afterAll(() => aws.remove());

beforeEach(async () => {
  github = await fakeGithub();
  github.state.addPull({ title: "Change", headSha: head });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

interface Planned {
  readonly runId?: number;
  readonly inputs?: Record<string, string>;
  readonly variables?: Record<string, string>;
}

function plan({ inputs = {}, ...rest }: Planned = {}): Promise<BundleRun> {
  return aws.start("report-plan", github, { event, ...rest, inputs: { "stacks-dir": aws.stacksDir, ...inputs } });
}

const comment = () => github.state.comments.at(-1)?.body ?? "";

test("a pull request that changes no stack plans nothing: no Terraform runs", async () => {
  const run = await plan({ runId: 99 });
  expect(run).toMatchObject({ code: 0, outputs: { "has-changes": "false", "failure-reason": "" } });
  expect(aws.terraform.runs()).toEqual([]);
  expect(comment()).toContain("## Plan for `staging`: no changes");
});

test("what differs from the last apply is planned with what reads it; the next push updates the comment", async () => {
  aws.write({ retention: 14, hashKey: "pk" });
  const run = await plan();
  expect(run).toMatchObject({ code: 0, outputs: { risk: "data-loss", "to-replace": "1", "to-change": "1" } });
  expect(aws.terraform.runs().sort()).toEqual(
    ["network init", "network plan", "network show", "data init", "data plan", "data show"].sort(),
  );
  expect(comment()).toMatch(/\| `data` \| {2}\| {2}\| \*\*1\*\* \| {2}\| provisional: reads `network`/);
  expect(comment()).toMatch(/\| `service` \| {2}\| {2}\| {2}\| {2}\| unchanged \| `[0-9a-f]{8}` \|/);
  expect(comment()).toContain("`aws_dynamodb_table.sessions` (Sessions/Table, stack `data`) will be **replaced**");
  const first = planLine.read(comment());
  expect(first).toEqual({ environment: "staging", head, plan: run.outputs.plan });
  await expect(storedHash(`${head}/100-1`)).resolves.toBe(run.outputs.plan);

  aws.write({ retention: 14 });
  const again = await plan({ runId: 101 });
  expect(again.outputs).toMatchObject({ risk: "change", "comment-id": run.outputs["comment-id"] });
  expect(github.state.comments).toHaveLength(1);
  expect(comment()).not.toContain("replaced");
  expect(planLine.read(comment())?.plan).not.toBe(first?.plan);
});

/** SHA-256 of a promise. */
async function storedHash(name: string): Promise<string> {
  const credentials = { accessKeyId: aws.account, secretAccessKey: "local" };
  const client = new S3Client({ region: "ap-northeast-2", credentials, forcePathStyle: true });
  const found = await client.send(new GetObjectCommand({ Bucket: aws.bucket, Key: `promises/staging/${name}.json` }));
  return createHash("sha256")
    .update((await found.Body?.transformToByteArray()) ?? "")
    .digest("hex");
}

test("a dry run plans, and keeps and posts nothing", async () => {
  const run = await plan({ inputs: { "dry-run": "true" } });
  expect(run).toMatchObject({ code: 0, outputs: { "to-change": "1", plan: "" } });
  expect(github.requests).toEqual([]);
});

test("one job plans without a token, another posts on the commit and in an issue, which the apply closes; a token that only reads gets no error", async () => {
  const planned = await aws.start("report-plan", github, {
    inputs: { "stacks-dir": aws.stacksDir, comment: "never", "github-token": "" },
  });
  expect(planned.code).toBe(0);
  expect(github.requests).toEqual([]);
  const path = planned.outputs.report ?? "";
  const commit = "c".repeat(40);
  const post = (report: string, runId: number) =>
    aws.start("report-plan", github, { runId, inputs: { report, commit, issue: "true" } });
  const posted = await post(path, 101);
  expect(posted).toMatchObject({ code: 0, outputs: { "issue-number": "2", plan: planned.outputs.plan } });
  expect(github.state.comments[0]).toMatchObject({ on: { commit }, body: expect.stringContaining("## Plan for") });
  const issue = github.state.issues.get(2);
  expect(issue).toMatchObject({ title: "Plan for staging waits for approval", state: "open", labels: ["approval"] });
  expect(issue?.body).toContain(`gh workflow run apply.yml -f environment=staging -f plan=${planned.outputs.plan}\n`);

  const status = "applied" as const;
  const { planId, expires, ...report }: SafeReport = JSON.parse(readFileSync(path, "utf8"));
  const stacks = report.stacks.map(({ plan, ...stack }) => (plan === undefined ? stack : { ...stack, status }));
  const applied = { ...report, kind: "apply" as const, outcome: { status }, stacks };
  await post(await writeReport(applied, aws.folder), 102);
  expect(github.state.issues.get(2)?.state).toBe("closed");
  expect(comment()).toMatch(/^Applied at `ccccccc` \(\[run\]/);
  expect(github.state.commentsOn({ commit }).at(-1)?.body).toContain("## Applied to `staging`: `network`, `data`");

  github.makeReadOnly();
  const unposted = await post(path, 103);
  expect(unposted.code).toBe(0);
  expect(unposted.summary).toMatch(/^> \[!NOTE\]\n> Not posted: the token may only read\.\n\n## Plan for `staging`/);
});

test("a stack that fails is on top, the others are reported, and no planted secret is anywhere", async () => {
  const { planted, more, variables } = plantedStacks();
  aws.write({ more });
  const run = await plan({ variables });
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "plan-failed", "failed-stacks": "service" } });
  expect(comment().indexOf("Resource precondition failed")).toBeLessThan(comment().indexOf("terraform_data.planted_0"));
  const report = readFileSync(run.outputs.report ?? "", "utf8");
  const text = [report, run.log, run.summary, JSON.stringify(run.outputs), comment()].join("\n");
  const readable = planted.filter(({ secrets }) => secrets.some((secret) => text.includes(secret)));
  expect(readable.map(({ what }) => what)).toEqual([]);
});
