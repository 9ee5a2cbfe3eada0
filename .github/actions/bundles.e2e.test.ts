import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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
  const aws = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("AWS_")));
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

beforeAll(() => {
  mkdirSync(shop);
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", origin);
  git(shop, "init", "--quiet", "--initial-branch=main");
  for (const path of git(root, "ls-files", "--cached", "--others", "--exclude-standard", ".github", ".gitignore").split(
    "\n",
  )) {
    mkdirSync(resolve(shop, path, ".."), { recursive: true });
    cpSync(join(root, path), join(shop, path));
  }
  git(shop, "add", "--all");
  git(shop, "commit", "--quiet", "--message", "Start");
  git(shop, "remote", "add", "origin", `file://${origin}`);
  git(shop, "push", "--quiet", "origin", "main");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const takeBundles = (clone: string) => run(clone, join(clone, ".github/scripts/bundles-from-release.sh"), []);
const release = (version: string) =>
  run(shop, join(shop, ".github/scripts/release-actions.sh"), [version], {
    GITHUB_REPOSITORY: "octo-org/this-is-project",
  });

test("the scripts are those that the workflows run", () => {
  const { rollback, release: releasing } = readWorkflows();
  expect(rollback?.text).toContain("run: .github/scripts/bundles-from-release.sh\n");
  expect(releasing?.text).toContain('run: .github/scripts/release-actions.sh "$VERSION"\n');
});

test("without a cache and before the first release, one sentence says what to run", () => {
  const { code, text } = takeBundles(checkout("early"));
  expect(code).toBe(1);
  expect(text).toContain(
    "must come from a cache or a release, and this repository has neither; run the workflow apply or release first.",
  );
});

test("a rollback with the bundles of a cache needs no registry", () => {
  const clone = checkout("cached");
  run(root, "tar", ["-cf", join(folder, "cache.tar"), dist]);
  run(clone, "tar", ["-xf", join(folder, "cache.tar")]);
  expect(takeBundles(clone)).toEqual({
    code: 0,
    text: "The bundles are there: the cache of an earlier run of apply.\n",
  });
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

test("a rollback with the bundles of the newest release needs no registry", () => {
  git(shop, "checkout", "--quiet", "main");
  cpSync(join(root, dist), join(shop, dist), { recursive: true });
  expect(release("1.10.0").code).toBe(0);
  const clone = checkout("released");
  expect(takeBundles(clone)).toEqual({ code: 0, text: "The bundles are those of v1.10.0.\n" });
  rollBack(clone);
});

test("a private repository is asked with the job's token, which stands in no command line", async () => {
  const clone = checkout("private");
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  git(clone, "remote", "set-url", "origin", `${url}/octo-org/this-is-project.git`);
  const env = { ...variables, GITHUB_TOKEN: "ghs_hush", GITHUB_SERVER_URL: url };
  const script = join(clone, ".github/scripts/bundles-from-release.sh");
  const traced = await new Promise<string>((done) => {
    execFile("bash", ["-x", script], { cwd: clone, env }, (_error, stdout, stderr) => done(stdout + stderr));
  });
  server.close();
  const basic = Buffer.from("x-access-token:ghs_hush").toString("base64");
  expect(requests[0]).toBe(`/octo-org/this-is-project.git/info/refs?service=git-upload-pack basic ${basic}`);
  const programs = traced.split("\n").filter((line) => /^\++ git /.test(line));
  expect(programs.length).toBeGreaterThan(0);
  expect(programs.join("\n")).not.toMatch(/hush|aHVzaA|eC1hY2Nlc3M/);
});
