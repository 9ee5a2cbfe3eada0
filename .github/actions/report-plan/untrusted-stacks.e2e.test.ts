import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { BundleRun } from "../testing/run-bundle.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundle, the real engine and provider, the local AWS, and the fake GitHub.
jest.setTimeout(240_000);

const head = "a".repeat(40);
const event = { workflow_run: { head_sha: head, head_branch: "change", conclusion: "success", html_url: "" } };

let aws: SmallEnvironment;
let github: FakeGithub;
let artifact: string;

beforeAll(async () => {
  aws = await smallEnvironment();
  aws.write();
  await aws.apply();
});

afterAll(() => aws.remove());

beforeEach(async () => {
  github = await fakeGithub();
  github.state.addPull({ title: "Change", headSha: head });
  artifact = join(aws.folder, "artifact");
  rmSync(artifact, { recursive: true, force: true });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

/** What a pull request's run uploads of these stacks; what is on disk afterwards is main's again. */
function synthesize(change: Parameters<SmallEnvironment["write"]>[0]): void {
  aws.write(change);
  mkdirSync(join(artifact, "staging"), { recursive: true });
  for (const name of readdirSync(join(aws.stacksDir, "stacks")))
    copyFileSync(join(aws.stacksDir, "stacks", name, "cdk.tf.json"), join(artifact, "staging", `${name}.json`));
  aws.write();
}

function plan(): Promise<BundleRun> {
  // Main's stacks are in a folder of the environment's name, beside those of others.
  const main = join(aws.folder, "main/staging");
  rmSync(dirname(main), { recursive: true, force: true });
  for (const name of readdirSync(join(aws.stacksDir, "stacks"))) {
    mkdirSync(join(main, "stacks", name), { recursive: true });
    copyFileSync(join(aws.stacksDir, "stacks", name, "cdk.tf.json"), join(main, "stacks", name, "cdk.tf.json"));
  }
  const inputs = { "stacks-dir": main, "untrusted-stacks": artifact, status: "true" };
  const variables = { GITHUB_REF: "refs/heads/main", GITHUB_EVENT_NAME: "workflow_run" };
  return aws.start("report-plan", github, { event, inputs, variables });
}

const comment = () => github.state.comments.at(-1)?.body ?? "";

test("what the pull request's run synthesized is planned once main's check has accepted it", async () => {
  synthesize({ retention: 14 });
  const run = await plan();
  expect(run).toMatchObject({ code: 0, outputs: { risk: "change", "to-change": "1", "failure-reason": "" } });
  expect(comment()).toContain("1 to change");
  expect(github.state.statuses).toMatchObject([{ sha: head, context: "plan / staging", state: "success" }]);
  expect(aws.terraform.runs()).toContain("network plan");
});

test("a stack with a provisioner never reaches Terraform; the comment says why it is not planned", async () => {
  synthesize({ retention: 14 });
  const file = join(artifact, "staging/network.json");
  const json = JSON.parse(readFileSync(file, "utf8"));
  const [type = ""] = Object.keys(json.resource);
  const [name = ""] = Object.keys(json.resource[type]);
  json.resource[type][name].provisioner = [{ "local-exec": { command: "env" } }];
  writeFileSync(file, JSON.stringify(json));
  const run = await plan();
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "stacks-invalid" } });
  expect(aws.terraform.runs()).toEqual([]);
  expect(comment()).toContain("## Plan for `staging`: **not planned here**");
  expect(comment()).toMatch(/provisioner/);
  expect(github.state.statuses).toMatchObject([{ state: "failure", description: "not planned here" }]);
});

test("nothing is planned where the artifact's pull request went on", async () => {
  synthesize({ retention: 14 });
  const pull = github.state.pulls.get(1);
  if (pull !== undefined) pull.headSha = "d".repeat(40);
  const run = await plan();
  expect([run.code, run.summary.trim(), run.outputs.report]).toEqual([0, "", undefined]);
  expect([aws.terraform.runs(), github.state.comments, github.state.statuses]).toEqual([[], [], []]);
});
