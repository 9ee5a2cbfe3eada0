import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { environment, renderWorkflow } from "@slipway/infra";
import { ensureAct, ensureDocker, openTokenIssuer, readSlipwayHome } from "@slipway/local-aws";
import { parse } from "yaml";
import { type RunRequest, runWorkflow, type WorkflowRun } from "./run-workflow.ts";
import { type LocalRunner, type RunnerService, runnerService } from "./runner-service.ts";
import type { WorkflowEvent } from "./workflow.ts";

jest.setTimeout(60_000);

const root = join(__dirname, "../../../..");
const home = readSlipwayHome(root, process.env);
const sha = (name: string) => name.padEnd(40, "0");
const uses = (action: string, values: Record<string, string> = {}) => ({
  uses: `${action}@${sha("a")}`,
  with: values,
});
const checkout = uses("actions/checkout", { "persist-credentials": "false" });

let folder: string;
let repository: string;
let service: RunnerService;
let runner: LocalRunner;
const claims: Record<string, unknown>[] = [];

const git = (...args: string[]) =>
  execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    encoding: "utf8",
  }).trim();

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  // JSON is YAML too.
  writeFileSync(join(repository, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
}

/** Commits a workflow `x.yml` with these jobs, and runs it. */
async function run(
  jobs: Record<string, object>,
  event: Partial<WorkflowEvent> = {},
  review?: RunRequest["review"],
): Promise<WorkflowRun> {
  const all = Object.entries(jobs).map(([id, job]) => [
    id,
    "uses" in job ? job : { "runs-on": "ubuntu-24.04", ...job },
  ]);
  write(".github/workflows/x.yml", {
    name: "X",
    on: { push: null, pull_request: null, workflow_run: { workflows: ["X"] } },
    permissions: {},
    jobs: Object.fromEntries(all),
  });
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "x");
  const commit = git("rev-parse", "HEAD");
  runId += 1;
  const payload = { ref: "refs/heads/main", after: commit };
  return runWorkflow(runner, {
    file: "x.yml",
    runId,
    ...(review === undefined ? {} : { review }),
    event: { name: "push", ref: "refs/heads/main", sha: commit, actor: "octocat", payload, ...event },
  });
}
let runId = 100;

const said = ({ errors }: WorkflowRun) => errors.map(({ text }) => text);
const log = (done: WorkflowRun) => readFileSync(done.logPath, "utf8");

beforeAll(async () => {
  const { signal } = new AbortController();
  const tools: Parameters<typeof ensureAct>[0] = { home, signal, log: () => {} };
  const docker = await ensureDocker({ homeFolder: home.folder, log: () => {} });
  folder = mkdtempSync(join(tmpdir(), "act-"));
  repository = join(folder, "repository");
  mkdirSync(repository);
  git("init", "--quiet", "--initial-branch", "main");
  service = await runnerService(docker);
  const issuer = openTokenIssuer(process.env.SLIPWAY_ISSUER ?? join(folder, "issuer.json"));
  runner = {
    act: ensureAct(tools),
    service,
    caller: process.env,
    repository,
    folder,
    signal,
    jobSettings: {
      root,
      bash: "/bin/bash",
      endpoint: process.env.SLIPWAY_TEST_ENDPOINT ?? "",
      cliConfiguration: join(folder, "terraformrc"),
    },
    identity: { repository: "octo-org/this-is-project", ownerId: 9919, repositoryId: 1296269 },
    github: { url: "http://127.0.0.1:1", token: "ghs_hush" },
    vars: { PLACE: "here" },
    sign: (values) => {
      claims.push({ ...values });
      return issuer.sign(values);
    },
  };
}, 300_000);

/** Lets jobs of `subject` take the role `job` of an account that only this test uses. */
async function makeRole(account: string, subject: string): Promise<void> {
  const host = "token.actions.githubusercontent.com";
  const trust = {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: subject } },
  };
  const ask = (params: Record<string, string>) =>
    fetch(process.env.SLIPWAY_TEST_ENDPOINT ?? "", {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Version: "2010-05-08", ...params }),
    });
  await ask({
    Action: "CreateOpenIDConnectProvider",
    Url: `https://${host}`,
    "ClientIDList.member.1": "sts.amazonaws.com",
  });
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const made = await ask({ Action: "CreateRole", RoleName: "job", AssumeRolePolicyDocument: policy });
  // A second run with the same local AWS finds it.
  expect(await made.text()).toMatch(/role\/job|already exists/);
}

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

test("steps run at the commit of the event, with files, outputs and folders handed from job to job", async () => {
  write("text.txt", "once upon a time");
  write(".github/actions/say/action.yml", {
    name: "Say",
    runs: { using: "composite", steps: [{ shell: "bash", run: 'echo "said $PLACE" >> "$GITHUB_STEP_SUMMARY"' }] },
  });
  const done = await run({
    first: {
      outputs: { word: "${{ steps.word.outputs.word }}" },
      steps: [
        checkout,
        {
          id: "word",
          run: 'echo "word=$(git log -1 --format=%s)" >> "$GITHUB_OUTPUT"; mkdir made; cp text.txt made/copy',
        },
        uses("actions/upload-artifact", { name: "made", path: "made" }),
      ],
    },
    second: {
      needs: "first",
      env: { PLACE: "${{ vars.PLACE }}" },
      steps: [
        checkout,
        uses("actions/download-artifact", { name: "made", path: "back" }),
        { run: 'cmp text.txt back/copy; test "${{ needs.first.outputs.word }}" = x' },
        { uses: "./.github/actions/say" },
        { run: 'echo "::error::token ${{ github.token }} at ${{ github.sha }}"' },
      ],
    },
  });
  expect(done).toMatchObject({ ok: true, summaries: [{ job: "X/second", markdown: "said here\n" }] });
  expect(done.jobs.map(({ name, result }) => [name, result])).toEqual([
    ["X/first", "success"],
    ["X/second", "success"],
  ]);
  expect(said(done)).toEqual([`token *** at ${git("rev-parse", "HEAD")}`]);
  expect(log(done)).not.toContain("ghs_hush");
});

test("jobs see none of the caller's own variables and folders", async () => {
  runner = { ...runner, caller: { ...process.env, AWS_PROFILE: "mine", MY_SECRET: "mine" } };
  const done = await run({ one: { steps: [{ run: "env | sort; echo home $HOME" }] } });
  expect(done.ok).toBe(true);
  expect(log(done)).not.toMatch(/mine/);
  expect(log(done)).toContain(`home ${folder}`);
});

test("a job gets credentials by its own signed token, which names its environment, and none of another account", async () => {
  const repo = "repo:octo-org/this-is-project";
  await makeRole("333333333333", `${repo}:environment:staging`);
  await makeRole("444444444444", `${repo}:ref:refs/heads/main`);
  const role = (account: string) => ({
    "role-to-assume": `arn:aws:iam::${account}:role/job`,
    "aws-region": "ap-northeast-2",
    "allowed-account-ids": "333333333333",
  });
  const configure = (account: string) => uses("aws-actions/configure-aws-credentials", role(account));
  const permissions = { "id-token": "write" };
  const done = await run({
    good: {
      permissions,
      environment: "staging",
      steps: [configure("333333333333"), { run: 'echo "$AWS_REGION ${#AWS_SESSION_TOKEN} $AWS_SECRET_ACCESS_KEY"' }],
    },
    other: { permissions, steps: [configure("444444444444")] },
    without: { permissions: { contents: "read" }, steps: [configure("333333333333")] },
    wrong: { permissions, environment: "production", steps: [configure("333333333333")] },
  });
  expect(done.jobs.map(({ id, result }) => [id, result]).sort()).toEqual([
    ["good", "success"],
    ["other", "failure"],
    ["without", "failure"],
    ["wrong", "failure"],
  ]);
  expect(log(done)).toMatch(/\[X\/good\] ap-northeast-2 [1-9]\d* \*\*\*$/m);
  expect(said(done).sort()).toEqual([
    "Could not assume role (arn:aws:iam::333333333333:role/job) with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    "Could not get an identity token: job (X/without) must have the permission id-token: write",
    "The account ID of the provided credentials (444444444444) does not match any of the expected account IDs: 333333333333",
  ]);
  expect(claims.map(({ sub }) => sub).sort()).toEqual([
    "repo:octo-org/this-is-project:environment:production",
    "repo:octo-org/this-is-project:environment:staging",
    "repo:octo-org/this-is-project:ref:refs/heads/main",
  ]);
});

test("the end of a pull request's run starts main's workflow, which reads its artifact and has main's subject", async () => {
  await makeRole("555555555555", "repo:octo-org/this-is-project:ref:refs/heads/main");
  const upload = [
    { run: "mkdir made; echo '{}' > made/a.json" },
    uses("actions/upload-artifact", { name: "made", path: "made" }),
  ];
  const synth = await run({ synth: { steps: upload } }, { name: "pull_request", ref: "refs/pull/7/merge" });
  const configure = uses("aws-actions/configure-aws-credentials", {
    "role-to-assume": "arn:aws:iam::555555555555:role/job",
    "aws-region": "ap-northeast-2",
  });
  const download = (more: Record<string, string>) =>
    uses("actions/download-artifact", {
      name: "made",
      path: "${{ runner.temp }}/made",
      "run-id": "${{ github.event.workflow_run.id }}",
      ...more,
    });
  const done = await run(
    {
      plan: {
        permissions: { "id-token": "write", actions: "read" },
        steps: [
          checkout,
          download({ "github-token": "${{ github.token }}" }),
          configure,
          { run: 'test "$GITHUB_REF" = refs/heads/main; cat "${{ runner.temp }}/made/a.json"; test ! -e made' },
        ],
      },
      tokenless: { steps: [download({})] },
    },
    { name: "workflow_run", payload: { workflow_run: { id: synth.id } } },
  );
  expect(said(done)).toEqual([`github-token () must be given to read the artifacts of run ${synth.id}.`]);
  expect(done.jobs.map(({ id, result }) => [id, result]).sort()).toEqual([
    ["plan", "success"],
    ["tokenless", "failure"],
  ]);
});

test("a fork's pull request gets no credentials", async () => {
  const configure = uses("aws-actions/configure-aws-credentials", {
    "role-to-assume": "arn:aws:iam::111111111111:role/this-is-project-plan",
    "aws-region": "ap-northeast-2",
  });
  const head = { ref: "change", repo: { full_name: "someone/this-is-project" } };
  const done = await run(
    { plan: { permissions: { "id-token": "write" }, steps: [configure] } },
    {
      name: "pull_request",
      ref: "refs/pull/7/merge",
      payload: { number: 7, pull_request: { head, base: { ref: "main" } } },
    },
  );
  expect([done.ok, said(done)]).toEqual([
    false,
    ["Could not get an identity token: a fork's pull request gets no identity token"],
  ]);
});

test("a job of an environment gets no credentials on a ref that the environment does not allow", async () => {
  const configure = uses("aws-actions/configure-aws-credentials", {
    "role-to-assume": "arn:aws:iam::111111111111:role/this-is-project-apply",
    "aws-region": "ap-northeast-2",
  });
  const done = await run(
    { apply: { permissions: { "id-token": "write" }, environment: "production", steps: [configure] } },
    { ref: "refs/heads/other" },
  );
  expect(said(done)).toEqual([
    "Could not get an identity token: refs/heads/other is not allowed to deploy to production due to environment protection rules",
  ]);
});

test("a job whose environment has reviewers starts when one approves, and fails on a rejection", async () => {
  const order: string[] = [];
  const jobs = {
    before: { steps: [{ run: "echo before" }] },
    gate: { needs: "before", environment: "production-approval", steps: [{ run: "echo through" }] },
    after: { needs: "gate", steps: [{ run: "echo after" }] },
  };
  const approved = await run(jobs, {}, async (job) => {
    order.push(job);
    return "octocat approved";
  });
  expect([approved.ok, order]).toEqual([true, ["gate"]]);
  expect(log(approved)).toMatch(/octocat approved\n.*through/);
  const rejected = await run(jobs, {}, () => Promise.reject(new Error("octocat rejected it")));
  expect([rejected.ok, said(rejected)]).toEqual([false, ["octocat rejected it"]]);
  expect(log(rejected)).not.toMatch(/through|after/);
});

test("static files are published first where there is a site; services are deployed in their order; one that its environment lacks is left out, and none follows one that failed", async () => {
  const staging = environment("staging");
  const [web] = Object.values(staging.services);
  if (web === undefined) throw new Error("staging has no service");
  const { port: _, healthCheckPath: __, ...worker } = web;
  const services = { api: web, worker, beat: worker };
  const read = (name: string) => readFileSync(join(root, ".github/workflows", name), "utf8");
  const rendered = parse(
    renderWorkflow("deploy-environment.yml", read("deploy-environment.yml"), [{ ...staging, services }]),
  );
  const ids = Object.keys(rendered.jobs).filter((id) => id.startsWith("service-") || id === "deployed");
  // act's own schema lacks `deployment` of an environment; the checkout takes it out of workflows that are no JSON.
  const { environment: _environment, ...published } = rendered.jobs["publish-static"];
  const publishing = { ...published, steps: [{ run: 'echo "brings static files"' }] };
  const applied = { applied: "true", services: "${{ vars.SERVICES }}", "static-bucket": "${{ vars.STATIC_BUCKET }}" };
  const apply = { "runs-on": "ubuntu-24.04", outputs: applied, steps: [{ run: "true" }] };
  write(".github/workflows/deploy-environment.yml", {
    ...rendered,
    jobs: {
      apply,
      "publish-static": publishing,
      ...Object.fromEntries(ids.map((id) => [id, rendered.jobs[id]])),
    },
  });
  const deploy = { run: 'echo "brings ${{ inputs.service }}"; [ "${{ inputs.service }}" != "${{ vars.BAD }}" ]' };
  write(".github/workflows/deploy-service.yml", {
    on: parse(read("deploy-service.yml")).on,
    jobs: { deploy: { "runs-on": "ubuntu-24.04", steps: [deploy] } },
  });
  const brought = async (own: readonly string[], bad: string, bucket = "") => {
    const before = runner;
    runner = { ...runner, vars: { SERVICES: JSON.stringify(own), BAD: bad, STATIC_BUCKET: bucket } };
    const deployed = "${{ needs.staging.outputs.deployed }}";
    const done = await run({
      staging: {
        uses: "./.github/workflows/deploy-environment.yml",
        with: { environment: "staging", "image-uri": "x", digest: "y" },
      },
      after: { needs: "staging", if: "${{ !cancelled() }}", steps: [{ run: `echo "deployed: ${deployed}."` }] },
    });
    runner = before;
    return [...log(done).matchAll(/^\[.*\] (?:brings|deployed:) ?(.*)$/gm)].map(([, what]) => what);
  };
  expect(await brought(["api", "worker", "beat"], "")).toEqual(["api", "worker", "beat", "true."]);
  expect(await brought(["api", "beat"], "", "shop-static")).toEqual(["static files", "api", "beat", "true."]);
  // act ends a run at the first called workflow that fails, so `after` has no say here.
  expect(await brought(["api", "worker", "beat"], "worker")).toEqual(["api", "worker"]);
});

test("images are built by docker; what cannot be built fails with a sentence", async () => {
  write("image/Dockerfile", "FROM scratch\nCOPY word /word\nLABEL word=$WORD\n");
  write("image/word", "hello");
  write("broken/Dockerfile", "FROM scratch\nCOPY missing /missing\n");
  const build = (context: string) => ({
    id: "build",
    ...uses("docker/build-push-action", {
      context,
      load: "true",
      provenance: "false",
      tags: `slipway-act-test:${context}`,
    }),
  });
  const done = await run({
    good: {
      steps: [
        checkout,
        build("image"),
        {
          run: 'docker image inspect --format "id {{.Id}}" slipway-act-test:image; echo "built ${{ steps.build.outputs.imageid }}"; docker image rm slipway-act-test:image',
        },
      ],
    },
    bad: { steps: [checkout, build("broken")] },
  });
  expect(done.jobs.find(({ id }) => id === "good")?.result).toBe("success");
  const id = /\] id (sha256:[0-9a-f]{64})$/m.exec(log(done))?.[1];
  expect(log(done)).toContain(`built ${id}`);
  expect(said(done)).toEqual([
    expect.stringMatching(/^docker build \(.*broken\/Dockerfile\) must succeed; it said: .*missing/),
  ]);
});

test("what a replacement cannot do for real it refuses", async () => {
  const done = await run({
    checkout: { steps: [uses("actions/checkout")] },
    elsewhere: { steps: [uses("actions/checkout", { repository: "a/b", "persist-credentials": "false" })] },
    pattern: { steps: [uses("actions/upload-artifact", { path: "*.txt" })] },
    missing: { steps: [uses("actions/download-artifact", { name: "nothing" })] },
    push: { steps: [uses("docker/build-push-action", { tags: "x", load: "true", push: "true" })] },
    terraform: {
      steps: [uses("hashicorp/setup-terraform", { terraform_version: "99.0.0", terraform_wrapper: "false" })],
    },
    node: {
      steps: [
        checkout,
        { run: `echo '{"engines":{"node":">=98.0.0"}}' > package.json` },
        uses("actions/setup-node", { "node-version": "99", "package-manager-cache": "false" }),
      ],
    },
  });
  expect(done.jobs.filter(({ result }) => result !== "failure")).toEqual([]);
  expect(said(done).sort()).toEqual([
    "Unable to download artifact(s): Artifact not found for name: nothing",
    expect.stringMatching(/^node \(.*\) must be 99, or at least 98.0.0 as package.json says/),
    "path (*.txt) must be a file or a folder; a local run knows no patterns.",
    expect.stringMatching(/^persist-credentials \(true\) must be false/),
    "push (true) must be false; push-image pushes the plain image from the local docker.",
    "repository (a/b) must be octo-org/this-is-project; a local run knows no other.",
    expect.stringMatching(/^terraform \(.*\) must be 99.0.0 or newer/),
  ]);
});
