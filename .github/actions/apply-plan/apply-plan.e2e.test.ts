import { readFileSync } from "node:fs";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { StoredIssue, StoredPull } from "@slipway/github/fake/state";
import type { BundleRun } from "../testing/run-bundle.ts";
import { type MergeTrain, mergeTrain } from "../testing/stacks/merge-train.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundles, the real engine and provider, the local AWS, and the fake GitHub; each test continues from the one before.
jest.setTimeout(240_000);

let aws: SmallEnvironment;
let github: FakeGithub;
let train: MergeTrain;

interface Change {
  /** What `network` says and `service` reads. */
  readonly zone?: string;
  readonly tier?: string;
  readonly hashKey?: string;
  /** A tag of the table. */
  readonly note?: string;
}

let now: Required<Change> = { zone: "zone-a", tier: "small", hashKey: "id", note: "one" };

/** `network` with a text, `service` with one that hangs on it, `data` with a table: that alone needs the provider. */
function write(change: Change = {}): void {
  now = { ...now, ...change };
  const { zone, tier, hashKey, note } = now;
  const config = { bucket: aws.bucket, key: "staging/network.tfstate", region: "ap-northeast-2" };
  const side = '${startswith(data.terraform_remote_state.network.outputs.zone, "zone") ? "inside" : "outside"}';
  const text = (input: string) => ({ terraform_data: { it: { input } } });
  aws.write({
    instead: {
      network: {
        resource: text(zone),
        output: {
          zone: { value: "${terraform_data.it.output}" },
          token: { value: "t0ken", sensitive: true },
        },
      },
      service: {
        data: { terraform_remote_state: { network: { backend: "s3", config } } },
        resource: text(`${tier} ${side}`),
        output: { value: { value: "${terraform_data.it.output}" } },
      },
      data: {
        resource: {
          aws_dynamodb_table: {
            sessions: {
              name: `${aws.account}-sessions`,
              billing_mode: "PAY_PER_REQUEST",
              hash_key: hashKey,
              attribute: [{ name: hashKey, type: "S" }],
              tags: { Note: note },
            },
          },
        },
      },
    },
  });
}

beforeAll(async () => {
  aws = await smallEnvironment();
  github = await fakeGithub();
  train = mergeTrain(aws, github);
  write();
});

afterAll(async () => {
  aws.remove();
  await github.close();
});

afterEach(() => expect(github.violations).toEqual([]));

let first = "";
let other: StoredPull;
const outputsOf = ({ outputs }: BundleRun) => JSON.parse(readFileSync(outputs["outputs-path"] ?? "", "utf8"));
const command = (plan = "") => `gh workflow run apply.yml -f environment=staging -f plan=${plan}`;

async function planned(change: Change): Promise<StoredPull> {
  write(change);
  const pull = train.open();
  expect(await train.plan(pull)).toMatchObject({ code: 0 });
  return pull;
}

test("without pull request and plan main is planned, and nothing is applied", async () => {
  const run = await train.dispatch();
  expect(run).toMatchObject({ code: 0, outputs: { applied: "false", "applied-stacks": "", "outputs-path": "" } });
  expect(run.log).toContain(command(run.outputs.plan));
  expect(run.summary).toContain(command(run.outputs.plan));
  first = run.outputs.plan ?? "";
});

test("the approval of a plan applies just that, then what could not be planned before is planned", async () => {
  const run = await train.dispatch({ plan: `sha256:${first}` });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "false", "applied-stacks": "data,network" } });
  expect(run.outputs.plan).not.toBe(first);
  expect(run.log).toContain(command(run.outputs.plan));
  expect(run.summary).toMatch(
    /## Applied to `staging`: `data`, `network`\n\n\*\*Next:\*\* approve what could not be planned before:/,
  );
  const rest = await train.dispatch({ plan: run.outputs.plan ?? "" });
  expect(rest).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "service" } });
  expect(outputsOf(rest)).toMatchObject({ network: { zone: "zone-a" }, service: { value: "small inside" } });
  expect(JSON.stringify(outputsOf(rest))).not.toContain("t0ken");
});

test("run again, it finds all applied and starts no Terraform", async () => {
  aws.terraform.runs();
  const run = await train.dispatch({ plan: first });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "", "failure-reason": "" } });
  expect(aws.terraform.runs()).toEqual([]);
});

test("planned anew where nothing is to be changed, all counts as applied and nothing is written", async () => {
  const s3 = new S3Client({
    region: "ap-northeast-2",
    credentials: { accessKeyId: aws.account, secretAccessKey: "local" },
    forcePathStyle: true,
  });
  const records = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: aws.bucket, Prefix: "staging/" }));
    return Contents.map(({ Key, LastModified }) => `${Key} ${LastModified?.toISOString()}`);
  };
  const before = await records();
  expect(before.join()).toContain("staging/network.applied.json");
  await new Promise((resume) => setTimeout(resume, 1100));
  const run = await train.dispatch();
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "", "failure-reason": "" } });
  expect(run.log).not.toContain("recorded as applied");
  expect(await records()).toEqual(before);
});

test("a provisional stack is planned once what it reads is applied: an output that changed without consequence is no difference", async () => {
  const before = now;
  const one = await planned({ zone: "zone-b", tier: "large" });
  write(before);
  other = await planned({ note: "two" });
  write({ ...before, zone: "zone-b", tier: "large" });
  const run = await train.push({ commits: [train.merge(one)] });
  expect(run).toMatchObject({ code: 0, outputs: { "applied-stacks": "network,service", "pr-number": "1" } });
  expect(run.log.indexOf("service: plan")).toBeGreaterThan(run.log.indexOf("network: applied"));
  expect(run.summary).toMatch(/\| `service` \| what was reviewed \|/);
  expect(outputsOf(run).service.value).toBe("large inside");
});

test("what was reviewed is planned again and applied, though another pull request was merged since; nothing else is planned", async () => {
  write({ note: "two" });
  aws.terraform.runs();
  const run = await train.push({ commits: [train.merge(other)] });
  expect(run).toMatchObject({ code: 0, outputs: { "applied-stacks": "data", "pr-number": "2" } });
  expect(aws.terraform.runs().filter((command) => !command.endsWith("init"))).toEqual([
    "data plan",
    "data show",
    "data apply",
  ]);
});

test("an upstream output that changes what a reader would do: stopped, with a new plan to approve", async () => {
  const pull = await planned({ zone: "elsewhere", tier: "huge" });
  const run = await train.push({ commits: [train.merge(pull)] });
  expect(run).toMatchObject({
    code: 1,
    outputs: { "failure-reason": "plan-differs", "applied-stacks": "network" },
  });
  expect(run.outputs.applied).toBe("false");
  expect(run.log).toContain("it reads `network.zone`, which changed since the review");
  expect(run.log).toContain("`terraform_data.it`: `input` would get another value");
  expect(run.log).toContain(command(run.outputs.plan));
  const approved = await train.dispatch({ plan: run.outputs.plan ?? "" });
  expect(approved).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "service" } });
  expect(outputsOf(approved).service.value).toBe("huge outside");
});

test("what holds data is replaced only with the label or a pattern; the refusal names both", async () => {
  const pull = await planned({ hashKey: "pk" });
  const commits = [train.merge(pull)];
  const rejected = await train.push({ commits });
  expect(rejected).toMatchObject({
    code: 1,
    outputs: { "failure-reason": "destroy-not-allowed", "applied-stacks": "" },
  });
  expect(rejected.log).toMatch(
    /`aws_dynamodb_table\.sessions` would be replaced or destroyed.*label `allow-destroy` on #\d/,
  );
  expect(rejected.log).toContain(`${command(rejected.outputs.plan)} -f allow-destroy='aws_dynamodb_table.sessions'`);
  const named = { "allow-destroy": "aws_dynamodb_table.*", "dry-run": "true" };
  expect((await train.push({ commits, inputs: named })).log).toContain("Dry run: data would be applied");
  github.state.label(pull.number, "allow-destroy", "github-actions[bot]");
  const byMachine = await train.push({ commits });
  expect(byMachine.outputs).toMatchObject({ "failure-reason": "destroy-not-allowed", "applied-stacks": "" });
  expect(byMachine.log).toContain("does not count: github-actions[bot] set it, which is no person");
  github.state.setLabels(github.state.issues.get(pull.number) as StoredIssue, [], "octocat");
  github.state.label(pull.number, "allow-destroy", "octocat");
  const allowed = await train.push({ commits });
  expect(allowed).toMatchObject({ code: 0, outputs: { "applied-stacks": "data" } });
});
