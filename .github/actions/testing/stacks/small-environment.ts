import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { environment as runner } from "@slipway/core/testing/environment";
import { fakeLog } from "@slipway/core/testing/fake-log";
import type { FakeGithub } from "@slipway/github/fake";
import { openEngine } from "@slipway/plan-review/open-engine";
import { type BundleOptions, type BundleRun, runBundle } from "../run-bundle.ts";
import { applyStacks } from "./apply-stacks.ts";
import { type CountedTerraform, countedTerraform } from "./counted-terraform.ts";
import { type SmallStacks, writeSmallStacks } from "./small-stacks.ts";

type Change = Omit<SmallStacks, "environment" | "account" | "region" | "bucket">;

/** An environment of small stacks on the local AWS, in an account of its own. */
export interface SmallEnvironment {
  readonly account: string;
  readonly folder: string;
  readonly stacksDir: string;
  /** Of its states and plans. */
  readonly bucket: string;
  readonly terraform: CountedTerraform;
  /** The runner's variables, with credentials of the account. */
  readonly variables: Readonly<Record<string, string>>;
  /** Writes the stacks as this change has them. */
  write(change?: Change): void;
  /** Applies what is written. */
  apply(): Promise<void>;
  /** Starts a built action as a workflow does, against the fake GitHub. */
  start(action: string, github: FakeGithub, run: ActionStart, options?: BundleOptions): Promise<BundleRun>;
  remove(): void;
}

export interface ActionStart {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: object;
  readonly runId?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

const region = "ap-northeast-2";

/** Makes the state bucket of a new environment in a new account, so that leftovers disturb no other test. */
export async function smallEnvironment(name = "staging"): Promise<SmallEnvironment> {
  const account = String(400_000_000_000 + (process.pid % 100_000) * 1_000_000 + (Date.now() % 1_000_000));
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const stacksDir = join(folder, "out");
  const bucket = `states-${account}`;
  const terraform = countedTerraform(folder);
  const own = { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: region };
  const variables = { ...(runner as Record<string, string>), ...own, TERRAFORM_BIN: terraform.path };
  const credentials = { accessKeyId: account, secretAccessKey: "local" };
  const client = new S3Client({ region, credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  return {
    account,
    folder,
    stacksDir,
    bucket,
    terraform,
    variables,
    write: (change = {}) => writeSmallStacks(stacksDir, { environment: name, account, region, bucket, ...change }),
    async apply() {
      const { signal } = new AbortController();
      const workFolder = join(folder, "apply");
      const log = fakeLog();
      await applyStacks(await openEngine({ stacksDir, environment: name, workFolder, variables, log, signal }));
      terraform.runs();
    },
    start(action, github, { inputs = {}, event = {}, runId = 100, variables: more = {} }, options = {}) {
      const eventPath = join(folder, "event.json");
      const temporary = join(folder, "runner");
      mkdirSync(temporary, { recursive: true });
      writeFileSync(eventPath, JSON.stringify(event));
      const environment = {
        ...variables,
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: "octo-org/this-is-project",
        GITHUB_EVENT_PATH: eventPath,
        GITHUB_RUN_ID: String(runId),
        GITHUB_SHA: "c".repeat(40),
        RUNNER_TEMP: temporary,
        ...more,
      };
      const common = { environment: name, "github-token": "ghs_workflow" };
      return runBundle(action, { ...common, ...inputs }, { ...options, environment });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
