import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { StoredPull } from "@slipway/github/fake/state";
import { changeSet } from "@slipway/plan-review/plan/change-set";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import { type PlanPromise, promiseId } from "@slipway/plan-review/promise/promise";
import { promiseStore } from "@slipway/plan-review/promise/promise-store";
import { storedPromises } from "@slipway/plan-review/promise/stored-promises";
import { type MergeTrain, mergeTrain } from "../testing/stacks/merge-train.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// Plan files that do something else than they were reviewed for, made by the real Terraform: none is ever read. And what their makers
// would have to promise for them is held against the apply's own plan. Stacks that need no provider.
jest.setTimeout(240_000);

let aws: SmallEnvironment;
let github: FakeGithub;
let train: MergeTrain;
let s3: S3Client;
let pull: StoredPull;
let reviewed: PlanPromise;
let plans = 0;

const region = "ap-northeast-2";
const location = () => ({ bucket: aws.bucket, environment: "staging", region, variables: aws.variables });

/** `service` has what is changed, and `kept`, which is not; both read `network`. */
function write(tier: string): void {
  const config = { bucket: aws.bucket, key: "staging/network.tfstate", region };
  aws.write({
    instead: {
      account: {
        resource: {
          aws_ssm_parameter: { it: { name: `/hostile/${process.pid}`, type: "String", insecure_value: "x" } },
        },
      },
      network: { resource: { terraform_data: { it: { input: "a" } } }, output: { zone: { value: "zone-a" } } },
      service: {
        data: { terraform_remote_state: { network: { backend: "s3", config } } },
        resource: {
          terraform_data: {
            it: { input: `${tier} in \${data.terraform_remote_state.network.outputs.zone}` },
            kept: { input: "kept" },
          },
        },
      },
    },
  });
}

beforeAll(async () => {
  aws = await smallEnvironment();
  const credentials = { accessKeyId: aws.account, secretAccessKey: "local" };
  s3 = new S3Client({ region, credentials, forcePathStyle: true });
  github = await fakeGithub();
  train = mergeTrain(aws, github);
  write("one");
  await aws.apply();
  write("two");
  pull = train.open();
  expect(await train.plan(pull)).toMatchObject({ code: 0 });
  train.merge(pull);
  const stored = await storedPromises(location()).newest(pull.headSha);
  if (stored === undefined) throw new Error("The pull request must have a plan.");
  reviewed = stored.promise;
});

afterAll(async () => {
  aws.remove();
  s3.destroy();
  await github.close();
});

interface Hostile {
  readonly flags?: readonly string[];
  /** Changes the definition that the plan is made from. */
  readonly definition?: (text: string) => string;
  /** The state that it is made on. */
  readonly state?: (text: string) => string;
}

/** A plan of `service` by the real Terraform with a state of its own choice. */
function planFile({ flags = [], definition = (text) => text, state = (text) => text }: Hostile) {
  plans += 1;
  const folder = join(aws.folder, `hostile-${plans}`);
  mkdirSync(folder);
  const variables = aws.variables as Record<string, string>;
  const terraform = (...args: string[]) =>
    execFileSync(aws.terraform.path, args, { cwd: folder, env: variables, encoding: "utf8" });
  const source = join(aws.stacksDir, "stacks", "service", "cdk.tf.json");
  writeFileSync(join(folder, "cdk.tf.json"), readFileSync(source, "utf8"));
  terraform("init", "-input=false");
  const pulled = terraform("state", "pull");
  const json = JSON.parse(definition(readFileSync(source, "utf8")));
  json.terraform.backend = { local: { path: "other.tfstate" } };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  writeFileSync(join(folder, "other.tfstate"), state(pulled));
  terraform("init", "-input=false", "-reconfigure");
  terraform("plan", "-input=false", "-out=it.tfplan", ...flags);
  const shown = JSON.parse(terraform("show", "-json", "it.tfplan")) as PlanJson;
  return { bytes: readFileSync(join(folder, "it.tfplan")), shown };
}

/** Puts the file wherever a plan file could be looked for, and the promise that fits it as the newest of the pull request. */
async function plant({ bytes, shown }: ReturnType<typeof planFile>, lineage?: string): Promise<string> {
  const stacks = reviewed.stacks.map((stack) => {
    if (stack.name !== "service") return stack;
    const state = stack.state === null || lineage === undefined ? stack.state : { ...stack.state, lineage };
    return { ...stack, state, changes: structuredClone(changeSet(shown)) as typeof stack.changes };
  });
  const promise = { ...reviewed, runId: 900_000 + plans, stacks };
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key, Body: bytes }));
  await put(`promises/staging/${pull.headSha}/999999-1.tfplan`);
  await put(`plans/staging/${promiseId(promise)}.tfplan`);
  return await promiseStore(location(), 1).put(promise);
}

const refused = async (id: string, reason: string) => {
  const run = await train.dispatch({ plan: id, "dry-run": "true" });
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": reason, "applied-stacks": "" } });
  return run.log;
};

test("a plan with -replace of what the change does not touch", async () => {
  const id = await plant(planFile({ flags: ["-replace=terraform_data.kept"] }));
  expect(await refused(id, "plan-differs")).toContain(
    "`terraform_data.kept`: reviewed: replace, because by request; now: no change",
  );
});

test("a plan whose state lacks a resource", async () => {
  const without = (text: string) => {
    const state = JSON.parse(text);
    return JSON.stringify({
      ...state,
      resources: state.resources.filter(({ name }: { name: string }) => name !== "kept"),
    });
  };
  const id = await plant(planFile({ state: without }));
  expect(await refused(id, "plan-differs")).toContain("`terraform_data.kept`: reviewed: create; now: no change");
});

test("a plan that was initialised with another backend key", async () => {
  const other = "99999999-0000-4000-8000-000000000000";
  const empty = () =>
    JSON.stringify({ version: 4, terraform_version: "1.10.0", serial: 1, lineage: other, outputs: {}, resources: [] });
  const id = await plant(planFile({ state: empty }), other);
  expect(await refused(id, "state-moved")).toContain("The state of stack `service` is another");
  const hidden = await plant(planFile({ state: empty }));
  expect(await refused(hidden, "plan-differs")).toContain(
    "`terraform_data.it`: reviewed: create; now: update in place",
  );
});

test("a plan whose data source had another value", async () => {
  const id = await plant(
    planFile({
      definition: (text) => text.replaceAll("${data.terraform_remote_state.network.outputs.zone}", "elsewhere"),
    }),
  );
  expect(await refused(id, "plan-differs")).toContain("`terraform_data.it`: `input` would get another value");
});

test("the newest promise of all counts, so that no earlier one is applied in its place; by its own id the reviewed one still is", async () => {
  const pushed = await train.push({ commits: [pull.mergeSha ?? ""], inputs: { "dry-run": "true" } });
  expect(pushed.outputs["failure-reason"]).toBe("plan-differs");
  expect(pushed.log).toContain("the stored one is");
  const run = await train.dispatch({ plan: promiseId(reviewed) });
  expect(run).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "service" } });
});
