import { readFileSync } from "node:fs";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { sha256 } from "@slipway/core";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { StoredPull } from "@slipway/github/fake/state";
import { planLine } from "@slipway/plan-review/promise/comment-line";
import type { BundleRun } from "../testing/run-bundle.ts";
import { type MergeTrain, mergeTrain } from "../testing/stacks/merge-train.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// As in apply-plan.e2e.test.ts, with stacks that need no provider: every reason, and the command that goes on.
jest.setTimeout(240_000);

const secret = "Tr0ub4dor-and-3-horses";
let aws: SmallEnvironment;
let github: FakeGithub;
let train: MergeTrain;
let s3: S3Client;

interface Change {
  readonly zone?: string;
  readonly tier?: string;
  /** What `service` runs when it changes. */
  readonly work?: string;
}

let main: Required<Change> = { zone: "a", tier: "one", work: "true" };

/** `network` and `service`, which reads it; `account` holds the one resource of AWS and never changes. */
function write(change: Change = {}): void {
  const { zone, tier, work } = { ...main, ...change };
  const config = { bucket: aws.bucket, key: "staging/network.tfstate", region: "ap-northeast-2" };
  aws.write({
    instead: {
      account: {
        resource: {
          aws_ssm_parameter: { it: { name: `/refusals/${process.pid}`, type: "String", insecure_value: "x" } },
        },
      },
      network: {
        resource: { terraform_data: { it: { input: zone } } },
        output: { zone: { value: "${terraform_data.it.output}" } },
      },
      service: {
        data: { terraform_remote_state: { network: { backend: "s3", config } } },
        variable: { api_token: { default: secret, sensitive: true } },
        resource: {
          terraform_data: {
            it: { triggers_replace: [tier], provisioner: [{ "local-exec": { command: work } }] },
            seen: { input: "${length(data.terraform_remote_state.network.outputs.zone)}" },
          },
        },
      },
    },
  });
}

beforeAll(async () => {
  aws = await smallEnvironment();
  const credentials = { accessKeyId: aws.account, secretAccessKey: "local" };
  s3 = new S3Client({ region: "ap-northeast-2", credentials, forcePathStyle: true });
  github = await fakeGithub();
  train = mergeTrain(aws, github);
  write();
  await aws.apply();
});

afterAll(async () => {
  aws.remove();
  s3.destroy();
  await github.close();
});

beforeEach(() => write());
afterEach(() => expect(github.violations).toEqual([]));

async function read(key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: aws.bucket, Key: key }));
  return (await Body?.transformToString()) ?? "";
}

async function put(key: string, body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: key, Body: body }));
}

/** The newest promise of a pull request, as it is stored. */
async function promiseOf({ headSha }: StoredPull): Promise<Record<string, unknown>> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: aws.bucket, Prefix: `promises/staging/${headSha}/` }),
  );
  return JSON.parse(
    await read(
      Contents.map(({ Key = "" }) => Key)
        .sort()
        .at(-1) ?? "",
    ),
  );
}

/** Stores a promise that is newer than the pull request's own, as only main's code can; returns its id. */
async function plant(
  pull: StoredPull,
  change: (stack: Record<string, unknown>, promise: Record<string, unknown>) => void,
) {
  const promise = await promiseOf(pull);
  const [stack] = (promise.stacks as Record<string, unknown>[]).filter(({ name }) => name === "service");
  change(stack ?? {}, promise);
  const text = JSON.stringify(promise);
  await put(`promises/staging/${pull.headSha}/999999-1.json`, text);
  return sha256(text);
}

/** A pull request with its plan; `id` is the plan's. */
async function planned(change: Change): Promise<{ pull: StoredPull; id: string }> {
  write(change);
  const pull = train.open();
  const { code, outputs } = await train.plan(pull);
  expect(code).toBe(0);
  return { pull, id: outputs.plan ?? "" };
}

const planCommand = "`gh workflow run apply.yml -f environment=staging`";
const approveCommand = (id = "") => `\`gh workflow run apply.yml -f environment=staging -f plan=${id}\``;

function expectRejection(run: BundleRun, reason: string, next: string): void {
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": reason, applied: "false" } });
  expect(run.log).toContain(next);
  expect(run.summary).toContain(`## Not applied to \`staging\`: \`${reason}\``);
  expect(run.summary).toContain(next.replaceAll("`", ""));
}

/** A rejection after which main was planned, and the approval of that plan. */
async function expectNewPlan(run: BundleRun, reason: string, change: Change): Promise<void> {
  expectRejection(run, reason, approveCommand(run.outputs.plan));
  const approved = await train.dispatch({ plan: run.outputs.plan ?? "" });
  expect(approved).toMatchObject({ code: 0, outputs: { applied: "true", "failure-reason": "" } });
  main = { ...main, ...change };
}

test("stacks-invalid: main itself holds what its form does not know; no Terraform is started", async () => {
  aws.terraform.runs();
  const run = await train.dispatch({ "unchecked-stacks": "false" });
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "stacks-invalid" } });
  // These stacks have no provider but Terraform's own.
  expect(run.log).toContain("Main's AWS provider of `network` must be there once");
  expect(aws.terraform.runs()).toEqual([]);
});

test("config-changed: another merge changed the same stack", async () => {
  const { pull } = await planned({ tier: "two" });
  write({ tier: "three" });
  const run = await train.push({ commits: [train.merge(pull)] });
  expect(run.log).toContain("The definition of stack `service` is not the reviewed one");
  await expectNewPlan(run, "config-changed", { tier: "three" });
});

test("state-moved: the state is of another lineage; one that was only written since is no matter", async () => {
  const { pull } = await planned({ tier: "four" });
  const state = JSON.parse(await read("staging/service.tfstate"));
  await put("staging/service.tfstate", JSON.stringify({ ...state, serial: state.serial + 1 }));
  const written = await train.push({ commits: [train.merge(pull)] });
  expect(written).toMatchObject({ code: 0, outputs: { "applied-stacks": "service" } });
  main = { ...main, tier: "four" };
  const other = await planned({ tier: "four and a half" });
  const now = JSON.parse(await read("staging/service.tfstate"));
  const lineage = "99999999-0000-4000-8000-000000000000";
  await put("staging/service.tfstate", JSON.stringify({ ...now, lineage, serial: now.serial + 1 }));
  const run = await train.push({ commits: [train.merge(other.pull)] });
  expect(run.log).toContain(
    `The state of stack \`service\` is another, of lineage 99999999: it was planned at serial ${now.serial} of`,
  );
  await expectNewPlan(run, "state-moved", { tier: "four and a half" });
});

test("head-mismatch: commits came after the plan", async () => {
  const { pull } = await planned({ tier: "five" });
  pull.headSha = train.commit();
  await expectNewPlan(await train.push({ commits: [train.merge(pull)] }), "head-mismatch", { tier: "five" });
});

test("plan-expired: a plan of eight days ago, or one that is gone", async () => {
  const { pull } = await planned({ tier: "six" });
  train.merge(pull);
  const old = await plant(pull, (_, promise) => {
    promise.createdAt = new Date(Date.now() - 8 * 86_400_000).toISOString();
  });
  const gone = await train.dispatch({ plan: "0".repeat(64), "dry-run": "true" });
  expectRejection(gone, "plan-expired", planCommand);
  await expectNewPlan(await train.dispatch({ plan: old }), "plan-expired", { tier: "six" });
});

test("no-plan: a pull request that was never planned, a direct push, a pull request that is not merged", async () => {
  write({ tier: "seven" });
  const silent = train.open();
  const forged = `<!-- slipway:plan:v1 environment=staging run=1 -->\n${planLine.write({ environment: "staging", head: silent.headSha, plan: "7".repeat(64) })}\n`;
  github.state.addComment({ issue: silent.number }, "github-actions[bot]", forged);
  const run = await train.push({ commits: [train.merge(silent)], inputs: { "dry-run": "true" } });
  expectRejection(run, "no-plan", planCommand);
  expect(run.log).toContain(
    `Pull request #${silent.number} has no plan of ${silent.headSha.slice(0, 7)} for \`staging\``,
  );
  expect(run.summary).toContain("shows plan 777777777777, none is stored");
  const { id } = await planned({ tier: "seven" });
  expectRejection(await train.dispatch({ plan: id, "dry-run": "true" }), "no-plan", planCommand);
  const direct = await train.push({ commits: [train.commit()] });
  expect(direct.log).toContain("No merged pull request brought");
  await expectNewPlan(direct, "no-plan", { tier: "seven" });
});

test("state-locked: the holder is named with the command that clears the lock; then the same plan is applied", async () => {
  const { pull, id } = await planned({ tier: "nine" });
  const commits = [train.merge(pull)];
  const lock = {
    ID: "6f0c",
    Operation: "OperationTypeApply",
    Who: "ana@laptop",
    Created: "2026-11-25T10:00:00Z",
    Version: "1.11.4",
  };
  await put("staging/service.tfstate.tflock", JSON.stringify({ ...lock, Path: "staging/service.tfstate" }));
  const run = await train.push({ commits });
  expectRejection(run, "state-locked", approveCommand(id));
  expect(run.log).toContain("is locked by ana@laptop (apply since 2026-11-25T10:00:00Z)");
  expect(run.log).toContain("`npm run unlock -- staging service`");
  await s3.send(new DeleteObjectCommand({ Bucket: aws.bucket, Key: "staging/service.tfstate.tflock" }));
  expect(await train.push({ commits })).toMatchObject({ code: 0, outputs: { "applied-stacks": "service" } });
  main = { ...main, tier: "nine" };
});

test("apply-failed: the reason without its secret, what was applied, and the next pull request shows the rest", async () => {
  const { pull } = await planned({ zone: "b", tier: "ten", work: `echo ${secret} >&2; exit 3` });
  const run = await train.push({ commits: [train.merge(pull)] });
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "apply-failed", "applied-stacks": "network" } });
  expect(run.log).toContain("The apply of stack `service` failed: terraform_data.it: local-exec provisioner error");
  const handed = readFileSync(run.outputs.report ?? "", "utf8");
  for (const text of [run.log, run.summary, handed, JSON.stringify(run.outputs)]) expect(text).not.toContain(secret);
  expect(run.log).toContain(planCommand);
  expect(run.summary).toContain("## Apply failed in `staging`: `apply-failed`");
  expect(run.summary).toContain("Applied before that: `network`.");
  expect(run.summary).toMatch(/\| `service` .*\*\*not applied\*\*/);
  main = { ...main, zone: "b" };
  write({ tier: "eleven" });
  const next = train.open();
  await train.plan(next);
  expect(github.state.comments.at(-1)?.body).toMatch(/\| `service` .* \*\*1\*\* /);
  const again = await train.push({ commits: [train.merge(next)] });
  expect(again).toMatchObject({ code: 0, outputs: { "applied-stacks": "service" } });
  main = { ...main, tier: "eleven" };
});

test("killed in the middle, it goes on where it stopped", async () => {
  const { pull } = await planned({ zone: "c", tier: "twelve", work: "sleep 10" });
  const commits = [train.merge(pull)];
  let sent = false;
  const killed = await train.push(
    { commits },
    {
      onOutput(text, kill) {
        // Once Terraform is at work.
        if (!sent && text.includes("service: apply")) setTimeout(() => kill("SIGKILL"), 2000);
        sent ||= text.includes("service: apply");
      },
    },
  );
  expect(killed.code).not.toBe(0);
  // Terraform works on: whoever comes now gets that error.
  const meanwhile = await train.push({ commits });
  expect(meanwhile.outputs["failure-reason"]).toBe("state-locked");
  expect(meanwhile.log).toContain("network: applied already");
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const run = await train.push({ commits });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true", "failure-reason": "" } });
  expect((await train.push({ commits })).log).toContain("Nothing to apply");
  main = { zone: "c", tier: "twelve", work: "sleep 10" };
});

test("interrupted: Terraform is asked to stop, and the rest can be planned", async () => {
  const { pull } = await planned({ tier: "thirteen", work: "sleep 60" });
  let sent = false;
  const stopped = await train.push(
    { commits: [train.merge(pull)] },
    {
      onOutput(text, kill) {
        if (!sent && text.includes("service: apply")) setTimeout(() => kill("SIGTERM"), 1500);
        sent ||= text.includes("service: apply");
      },
    },
  );
  expect(stopped).toMatchObject({ code: 1, outputs: { "failure-reason": "interrupted" } });
  expect(stopped.log).toContain(planCommand);
  write({ tier: "thirteen", work: "true" });
  const dispatched = await train.dispatch();
  const run = await train.dispatch({ plan: dispatched.outputs.plan ?? "" });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true" } });
  main = { ...main, tier: "thirteen", work: "true" };
});

test("a merge queue's group of two pull requests applies the plan of each", async () => {
  const network = await planned({ zone: "d" });
  const service = await planned({ tier: "fourteen" });
  write({ zone: "d", tier: "fourteen" });
  const run = await train.push({ commits: [train.merge(network.pull), train.merge(service.pull)] });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "network,service" } });
  main = { ...main, zone: "d", tier: "fourteen" };
});

test("a stack that differs and is not part of the plan is named and left alone", async () => {
  const { pull } = await planned({ tier: "fifteen" });
  write({ tier: "fifteen", zone: "e" });
  const run = await train.push({ commits: [train.merge(pull)] });
  expect(run).toMatchObject({ code: 0, outputs: { "applied-stacks": "service" } });
  expect(run.log).toContain("Stack `network` differs from what was last applied and is not part of this plan");
  expect(run.summary).toMatch(/\| `network` .*\*\*not applied\*\*/);
  main = { ...main, tier: "fifteen" };
});

test("a dry run checks everything and applies nothing", async () => {
  const { pull } = await planned({ tier: "sixteen" });
  const commits = [train.merge(pull)];
  const run = await train.push({ commits, inputs: { "dry-run": "true" } });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "false", "applied-stacks": "" } });
  expect(run.log).toContain("Dry run: service would be applied");
  expect((await train.push({ commits })).outputs["applied-stacks"]).toBe("service");
  main = { ...main, tier: "sixteen" };
});

test("another account's credentials and another environment's stacks are refused before anything is read", async () => {
  const other = await train.dispatch({ environment: "production" });
  expect(other.outputs["failure-reason"]).toBe("stacks-invalid");
  const stranger = await train.push({ commits: [train.commit()], variables: { AWS_ACCESS_KEY_ID: "463000000009" } });
  expect(stranger.outputs["failure-reason"]).toBe("wrong-account");
  expect(stranger.log).toContain(`The credentials' account (463000000009) must be ${aws.account}`);
});
