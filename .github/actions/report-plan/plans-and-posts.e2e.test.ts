import { type GithubStandIn, githubStandIn } from "../testing/github-stand-in/github-stand-in.ts";
import type { BundleRun } from "../testing/run-bundle.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundle, the real engine and provider, the local AWS, and the stand-in for GitHub; one test goes on where the last one ended.
jest.setTimeout(240_000);

const head = "a".repeat(40);
const event = { pull_request: { number: 1, head: { sha: head }, base: { sha: "b".repeat(40) } } };

let aws: SmallEnvironment;
let github: GithubStandIn;

beforeAll(async () => {
  aws = await smallEnvironment("464000000001");
  aws.write();
  await aws.apply();
  github = await githubStandIn();
  github.state.addPull({ title: "Change", headSha: head });
});

afterAll(async () => {
  aws.remove();
  await github.close();
});

afterEach(() => expect(github.violations).toEqual([]));

function plan(runId: number, inputs: Record<string, string> = {}): Promise<BundleRun> {
  return aws.start("report-plan", github, { runId, event, inputs: { "stacks-dir": aws.stacksDir, ...inputs } });
}

const comment = () => github.state.comments.at(-1)?.body ?? "";

test("a pull request that changes no stack plans nothing: no Terraform runs", async () => {
  const run = await plan(100);
  expect(run).toMatchObject({ code: 0, outputs: { "has-changes": "false", "failure-reason": "" } });
  expect(aws.terraform.runs()).toEqual([]);
  expect(comment()).toContain("## Plan for `staging`: no changes");
});

test("what differs from the last apply is planned with what reads it, the rest is one row", async () => {
  aws.write({ retention: 30, hashKey: "pk" });
  const run = await plan(101);
  expect(run).toMatchObject({ code: 0, outputs: { risk: "data-loss", "to-replace": "1", "to-change": "1" } });
  expect(new Set(aws.terraform.runs())).toEqual(
    new Set(["network init", "network plan", "network show", "data init", "data plan", "data show"]),
  );
  expect(github.state.comments).toHaveLength(1);
  expect(comment()).toMatch(/\| `data` \| {2}\| {2}\| \*\*1\*\* \| {2}\| provisional: reads `network`/);
  expect(comment()).toMatch(/\| `service` \| {2}\| {2}\| {2}\| {2}\| unchanged \| `[0-9a-f]{8}` \|/);
  expect(comment()).toContain("`aws_dynamodb_table.sessions` (Sessions/Table, stack `data`) will be **replaced**");
});
