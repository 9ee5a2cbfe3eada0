import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { environment } from "@slipway/core/testing/environment";
import { readWorkflows } from "./testing/workflows/read-workflows.ts";

jest.setTimeout(120_000);

const root = resolve(__dirname, "../..");
const names = JSON.parse(readFileSync(join(root, ".github/environments.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "bundles-"));
const origin = join(folder, "origin.git");
const shop = join(folder, "shop");
const dist = ".github/actions/dist";

// Whatever asks a package registry fails at once, and so does whatever would find packages beside the repository.
const unreachable = "http://127.0.0.1:1/";
const variables = {
  PATH: environment.PATH,
  HOME: folder,
  npm_config_registry: unreachable,
  PIP_INDEX_URL: unreachable,
  HTTPS_PROXY: unreachable,
  GIT_AUTHOR_NAME: "shop",
  GIT_AUTHOR_EMAIL: "shop@example.com",
  GIT_COMMITTER_NAME: "shop",
  GIT_COMMITTER_EMAIL: "shop@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

interface Ended {
  readonly code: number;
  readonly text: string;
}

function run(
  cwd: string,
  file: string,
  args: readonly string[],
  extra: Record<string, string | undefined> = {},
): Ended {
  try {
    const options = { cwd, encoding: "utf8", env: { ...variables, ...extra }, stdio: "pipe" } as const;
    return { code: 0, text: execFileSync(file, args, options) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: `${stdout}${stderr}` };
  }
}

const git = (cwd: string, ...args: string[]) => {
  const { code, text } = run(cwd, "git", args);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${text}`);
  return text.trim();
};

function checkout(name: string): string {
  const path = join(folder, name);
  git(folder, "clone", "--quiet", "--depth=1", `file://${origin}`, path);
  return path;
}

/** Starts an action of a checkout as the runner does: what action.yml names, and nothing else. */
function start(clone: string, action: string, inputs: Readonly<Record<string, string>>) {
  const main = /^ {2}main: (.+)$/m.exec(
    readFileSync(join(clone, ".github/actions", action, "action.yml"), "utf8"),
  )?.[1];
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const ended = run(clone, process.execPath, [join(".github/actions", action, main ?? "")], {
    ...aws,
    ...files,
    ...Object.fromEntries(named),
  });
  return { ...ended, outputs: readFileSync(files.GITHUB_OUTPUT, "utf8") };
}

/** Every step of the rollback that is ours, with bundles from wherever. */
function rollBack(clone: string): void {
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
  const read = start(clone, "read-environment", { environment: "staging", service: "web" });
  expect(read).toMatchObject({ code: 0, outputs: expect.stringContaining(`${names.staging.services.web.service}`) });
  const inputs = { cluster: "no-such-cluster", service: "web", to: "previous-successful" };
  // It has started, asked AWS and understood the answer.
  expect(start(clone, "rollback-service", inputs)).toMatchObject({
    code: 1,
    outputs: expect.stringMatching(/failure-reason<<\S+\ncluster-not-found\n/),
  });
}

beforeAll(async () => {
  const client = new S3Client({ region: names.staging.region, credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: names.staging.region };
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  client.destroy();
  mkdirSync(programs);
  for (const name of ["aws", "aws.mjs"]) symlinkSync(join(root, "apps/cli/act-runner/bin", name), join(programs, name));
  mkdirSync(shop);
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", origin);
  git(shop, "init", "--quiet", "--initial-branch=main");
  for (const path of git(root, "ls-files", "--cached", "--others", "--exclude-standard", ".github", ".gitignore").split(
    "\n",
  )) {
    mkdirSync(resolve(shop, path, ".."), { recursive: true });
    cpSync(join(root, path), join(shop, path));
  }
  const own = { ...names, staging: { ...names.staging, bucket } };
  writeFileSync(join(shop, ".github/environments.json"), JSON.stringify(own, null, 2));
  git(shop, "add", "--all");
  git(shop, "commit", "--quiet", "--message", "Start");
  git(shop, "remote", "add", "origin", `file://${origin}`);
  git(shop, "push", "--quiet", "origin", "main");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const account = String(410_000_000_000 + (process.pid % 100_000) * 1_000_000 + (Date.now() % 1_000_000));
/** Holds what the local runner has in place of the AWS CLI of GitHub's runners. */
const programs = join(folder, "programs");
const bucket = `bundles-${account}`;
const aws = {
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("AWS_"))),
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: names.staging.region,
  PATH: `${programs}${delimiter}${environment.PATH}`,
};
const bundles = (clone: string, command: string, runId = "100") =>
  run(clone, join(clone, ".github/scripts/bundles.sh"), [command, "staging"], { ...aws, GITHUB_RUN_ID: runId });
const put = async (key: string, body: string | Buffer) => {
  const client = new S3Client({ region: names.staging.region, credentials, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  client.destroy();
};
const credentials = { accessKeyId: account, secretAccessKey: "local" };

const release = (version: string) =>
  run(shop, join(shop, ".github/scripts/release-actions.sh"), [version], {
    GITHUB_REPOSITORY: "octo-org/this-is-project",
  });

test("the scripts are those that the workflows run", () => {
  const { rollback, release: releasing, "deploy-environment": deploying } = readWorkflows();
  expect(rollback?.text).toContain('run: .github/scripts/bundles.sh fetch "$ENVIRONMENT"\n');
  expect(deploying?.text).toContain('run: .github/scripts/bundles.sh store "$ENVIRONMENT"\n');
  expect(releasing?.text).toContain('run: .github/scripts/release-actions.sh "$VERSION"\n');
});

test("before the first apply, one sentence says what makes bundles", () => {
  const { code, text } = bundles(checkout("early"), "fetch");
  expect(code).toBe(1);
  expect(text).toContain(
    `::error::The bucket (${bucket}) must hold bundles that an apply of staging ran; make them: gh workflow run apply.yml -f environment=staging`,
  );
});

test("an environment that is not there is refused by its name", () => {
  const { code, text } = run(checkout("unknown"), join(shop, ".github/scripts/bundles.sh"), ["fetch", "moon"], aws);
  expect([code, text]).toEqual([
    1,
    "::error::The environment (moon) must be in .github/environments.json; correct its name.\n",
  ]);
});

test("what an apply ran is what a rollback starts; it needs no registry, cache or release", () => {
  const applied = checkout("applied");
  cpSync(join(root, dist), join(applied, dist), { recursive: true });
  const stored = bundles(applied, "store");
  expect(stored).toMatchObject({ code: 0, text: expect.stringMatching(/bundles\/100-[0-9a-f]{64}\.tgz\.\n$/) });
  expect(bundles(applied, "store").text).toContain("is there.");
  const clone = checkout("rolled-back");
  expect(bundles(clone, "fetch")).toEqual({
    code: 0,
    text: `The bundles are those of ${/s3:\S+\.tgz/.exec(stored.text)?.[0]}.\n`,
  });
  rollBack(clone);
});

test("bundles that were changed, that hold something else or are named otherwise are skipped with a line, the next are taken", async () => {
  const clone = checkout("tampered");
  const changed = join(folder, "changed.tgz");
  const evil = join(folder, "evil/dist/rollback-service");
  mkdirSync(evil, { recursive: true });
  writeFileSync(join(evil, "main.cjs"), "console.log('evil')");
  run(folder, "tar", ["-C", join(folder, "evil"), "-czf", changed, "dist"]);
  const zeros = "0".repeat(64);
  await put(`bundles/1000-${zeros}.tgz`, readFileSync(changed));
  const other = Buffer.from("no archive");
  const otherHash = createHash("sha256").update(other).digest("hex");
  await put(`bundles/999-${otherHash}.tgz`, other);
  await put("bundles/998-newest.tgz", readFileSync(changed));
  // By number, not by text: 1000 comes before 999, and 100 is the one that an apply stored.
  const { code, text } = bundles(clone, "fetch");
  const lines = text.split("\n").filter((line) => /^::|^The/.test(line));
  expect([code, lines]).toEqual([
    0,
    [
      expect.stringMatching(
        `^::warning::bundles/1000-${zeros}.tgz must have the SHA-256 of its name, but has [0-9a-f]{64}; it is skipped`,
      ),
      `::warning::bundles/999-${otherHash}.tgz must hold the bundles; it is skipped, the next is taken.`,
      "::warning::bundles/998-newest.tgz must be named by a run and a SHA-256; it is skipped, the next is taken.",
      expect.stringMatching(/^The bundles are those of s3:.*\/bundles\/100-/),
    ],
  ]);
  expect(readFileSync(join(clone, dist, "rollback-service/main.cjs"), "utf8")).not.toContain("evil");
  rollBack(clone);
});

test("a release is a tag that carries the bundles, and a branch that does not", () => {
  cpSync(join(root, dist), join(shop, dist), { recursive: true });
  expect(release("1.9.0")).toMatchObject({ code: 0, text: expect.stringMatching(/^v1.9.0 is [0-9a-f]{40}\.\n$/) });
  expect(git(origin, "ls-tree", "-r", "--name-only", "v1.9.0", dist)).toContain(`${dist}/rollback-service/main.cjs`);
  expect(git(origin, "ls-tree", "-r", "--name-only", "main", dist)).toBe("");
  const commit = git(origin, "rev-parse", "v1.9.0");
  const notes = readFileSync(join(shop, "release-notes.md"), "utf8");
  expect(notes).toContain(`- uses: octo-org/this-is-project/.github/actions/push-image@${commit} # v1.9.0\n`);
  expect(notes).not.toContain("actions/setup@");
});

test("a tag that is there is never moved, and a version is three numbers", () => {
  expect(release("1.9.0").text).toContain("The tag (v1.9.0) must be new");
  expect(release("v2").text).toContain("The version (v2) must be three numbers");
  expect(git(origin, "tag", "--list")).toBe("v1.9.0");
});
