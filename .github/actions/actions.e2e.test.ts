import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ECRClient,
} from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { environment } from "@slipway/core/testing/environment";
import { type LeastPrivilege, leastPrivilege } from "./testing/least-privilege.ts";
import { type BundleRun, runBundle } from "./testing/run-bundle.ts";
import { type ServerAnswer, type ServerRequest, unreliableServer } from "./testing/unreliable-server.ts";

// The local AWS is found by AWS_ENDPOINT_URL; the base image must be in the local docker.
const baseImage = environment.E2E_BASE_IMAGE ?? "python:3.13-slim-trixie";
const id = `e2e-${process.pid}`;
const names = { repository: `${id}-web`, cluster: `${id}-cluster`, service: "web", family: `${id}-web` };
const folder = mkdtempSync(join(tmpdir(), "actions-e2e-"));
const definitions = join(folder, "imagedefinitions.json");
const ecs = new ECSClient({});
const ecr = new ECRClient({});
const iam = new IAMClient({});
const actions = [
  "push-image",
  "write-image-definitions",
  "deploy-service",
  "check-service",
  "rollback-service",
  "read-service",
];
const rights = new Map<string, LeastPrivilege>();
const local: Record<string, string> = {};
const uris: Record<string, string> = {};
let template = "";

jest.setTimeout(180_000);

function docker(args: string[], input = ""): string {
  return execFileSync("docker", args, {
    input,
    encoding: "utf8",
    env: { ...environment, DOCKER_BUILDKIT: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  }).trim();
}

function build(version: string, command: string): void {
  local[version] = `${id}:${version}`;
  const dockerfile = `FROM ${baseImage}\nLABEL e2e=${id} version=${version}\nEXPOSE 8000\nENTRYPOINT []\nCMD ["sh", "-c", ${JSON.stringify(command)}]\n`;
  docker(["build", "-q", "-t", local[version], "-"], dockerfile);
}

/** Runs an action with the rights that its README asks for, and no more. */
function run(
  action: string,
  inputs: Record<string, string>,
  options: Parameters<typeof runBundle>[2] = {},
): Promise<BundleRun> {
  const variables = rights.get(action)?.variables ?? {};
  return runBundle(action, inputs, { ...options, environment: { ...variables, ...options.environment } });
}

/** The account's own: what is asked for by a wrong name is outside those rights, and would be refused before it is missed. */
const asOwner = {
  environment: {
    AWS_ACCESS_KEY_ID: environment.AWS_ACCESS_KEY_ID ?? "",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "",
  },
};

function deploy(extra: Record<string, string> = {}, options: Parameters<typeof runBundle>[2] = {}): Promise<BundleRun> {
  const inputs = {
    cluster: names.cluster,
    service: names.service,
    "task-definition": template,
    "image-definitions": definitions,
    "desired-count": "2",
    "timeout-minutes": "2",
    "poll-seconds": "1",
    ...extra,
  };
  return run("deploy-service", inputs, options);
}

/** Inputs of a deployment that migrates by a shell command. */
function migrating(script: string): Record<string, string> {
  return { "migrate-command": JSON.stringify(["sh", "-c", script]), "environment-variables": "IMAGE_DIGEST=two" };
}

async function tasksAt(tasks: string[]) {
  return (await ecs.send(new DescribeTasksCommand({ cluster: names.cluster, tasks }))).tasks ?? [];
}

function rollback(
  extra: Record<string, string> = {},
  options: Parameters<typeof runBundle>[2] = {},
): Promise<BundleRun> {
  const inputs = { cluster: names.cluster, service: names.service, "poll-seconds": "1", "timeout-minutes": "2" };
  return run("rollback-service", { ...inputs, ...extra }, options);
}

/** What read-service says of the service and the image of a version. */
async function stateWith(version: string): Promise<string | undefined> {
  const digest = uris[version]?.split("@")[1] ?? "";
  const done = await run("read-service", { cluster: names.cluster, service: names.service, digest });
  show(`read ${version}`, done);
  return done.outputs.state;
}

function push(
  version: string,
  extra: Record<string, string> = {},
  options: Parameters<typeof runBundle>[2] = {},
): Promise<BundleRun> {
  const inputs = { image: local[version] ?? "", repository: names.repository, tags: version, "expected-port": "8000" };
  return run("push-image", { ...inputs, ...extra }, options);
}

function define(version: string): void {
  writeFileSync(definitions, JSON.stringify([{ name: "django_test", imageUri: uris[version] }]));
}

/** Sends a request on to the local AWS as it came, its host too, which is signed. */
async function forward({ path, method, headers, body }: ServerRequest): Promise<ServerAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(new URL(path, environment.AWS_ENDPOINT_URL), { method, headers }, resolve);
    sent.on("error", reject).end(body);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return { status: answer.statusCode ?? 500, body: Buffer.concat(parts) };
}

async function service() {
  const answer = await ecs.send(
    new DescribeServicesCommand({ cluster: names.cluster, services: [names.service], include: ["TAGS"] }),
  );
  return answer.services?.[0];
}

function show(title: string, run: BundleRun): void {
  if (environment.E2E_SHOW)
    process.stderr.write(
      `\n===== ${title} (${run.code}, ${run.milliseconds} ms)\n${run.log}\n${JSON.stringify(run.outputs, null, 1)}\n${run.summary}\n`,
    );
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

async function taskRole(kind: string): Promise<string> {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: `${id}-${kind}`, Path: "/e2e/", AssumeRolePolicyDocument: trust }),
  );
  return Role?.Arn ?? "";
}

function placeholders([task, execution]: readonly [string, string]): Record<string, string> {
  return {
    ...names,
    region: "ap-northeast-2",
    "log group": `/ecs/${id}`,
    "task role ARN": task,
    "execution role ARN": execution,
  };
}

beforeAll(async () => {
  build("v1", "exec python -m http.server 8000");
  build("v2", "exec python -m http.server --bind 0.0.0.0 8000");
  build("crash", "echo starting; echo 'django.core.exceptions.ImproperlyConfigured: Set SECRET_KEY' >&2; exit 3");
  build("unhealthy", "exec sleep 1000");
  const repository = await ecr.send(
    new CreateRepositoryCommand({ repositoryName: names.repository, imageTagMutability: "IMMUTABLE" }),
  );
  await ecs.send(new CreateClusterCommand({ clusterName: names.cluster }));
  const roles = [await taskRole("task"), await taskRole("execution")] as const;
  for (const action of actions) rights.set(action, await leastPrivilege(action, id, placeholders(roles)));
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: names.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      taskRoleArn: roles[0],
      executionRoleArn: roles[1],
      containerDefinitions: [
        {
          name: "django_test",
          image: `${repository.repository?.repositoryUri}:template`,
          essential: true,
          portMappings: [{ containerPort: 8000 }],
          environment: [{ name: "ALLOWED_HOSTS", value: "*" }],
          healthCheck: {
            command: ["CMD-SHELL", "python -c 'import urllib.request as r; r.urlopen(\"http://127.0.0.1:8000/\")'"],
            interval: 5,
            retries: 2,
            startPeriod: 2,
          },
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": `/ecs/${id}`,
              "awslogs-region": "ap-northeast-2",
              "awslogs-stream-prefix": "web",
              "awslogs-create-group": "true",
            },
          },
        },
      ],
      tags: [{ key: "Project", value: "e2e" }],
    }),
  );
  template = registered.taskDefinition?.taskDefinitionArn ?? "";
  await ecs.send(
    new CreateServiceCommand({
      cluster: names.cluster,
      serviceName: names.service,
      taskDefinition: template,
      desiredCount: 0,
      launchType: "FARGATE",
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 100,
        maximumPercent: 200,
      },
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
  );
});

/** By label: the local AWS has pulled them under its registry's name too. Its containers need a moment to stop. */
async function removeImages(): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const images = docker(["image", "ls", "-q", "--filter", `label=e2e=${id}`])
      .split("\n")
      .filter(Boolean);
    if (images.length === 0) return;
    try {
      docker(["image", "rm", "-f", ...new Set(images)]);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  throw new Error(`Images of ${id} must be removable; a container of the deleted service still runs.`);
}

afterAll(async () => {
  await ecs.send(new DeleteServiceCommand({ cluster: names.cluster, service: names.service, force: true }));
  await ecs.send(new DeleteClusterCommand({ cluster: names.cluster }));
  const revisions = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: names.family }));
  for (const taskDefinition of revisions.taskDefinitionArns ?? [])
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: names.repository, force: true }));
  for (const { remove } of rights.values()) await remove();
  for (const kind of ["task", "execution"]) await iam.send(new DeleteRoleCommand({ RoleName: `${id}-${kind}` }));
  await removeImages();
});

describe("push-image", () => {
  test("pushes once and gives the image by digest", async () => {
    for (const version of ["v1", "crash", "unhealthy"]) {
      const run = await push(version);
      show(`push ${version}`, run);
      expect(run.code).toBe(0);
      expect(run.outputs["image-uri"]).toMatch(new RegExp(`/${names.repository}@sha256:[0-9a-f]{64}$`));
      expect(run.outputs.pushed).toBe("true");
      uris[version] = run.outputs["image-uri"] ?? "";
    }
  });

  test("does nothing when the tag points at the same image, and tags it further without a push", async () => {
    const again = await push("v1");
    show("push again", again);
    expect(again.outputs).toMatchObject({ pushed: "false", "image-uri": uris.v1 });
    const further = await push("v1", { tags: "v1,v1-further" });
    expect(further.outputs).toMatchObject({ pushed: "true", "image-uri": uris.v1, "failure-reason": "" });
  });

  test("refuses to move a tag and names both images", async () => {
    const run = await push("v2", { tags: "v1" });
    show("tag clash", run);
    expect(run.code).toBe(1);
    expect(run.outputs["failure-reason"]).toBe("tag-points-elsewhere");
    const image = docker(["image", "inspect", "-f", "{{.Id}}", local.v2 ?? ""]);
    expect(run.log).toContain(uris.v1?.split("@")[1]);
    expect(run.log).toContain(image);
  });

  test("says what is wrong with a missing image and a missing repository, and what EXPOSE has otherwise", async () => {
    const image = await push("v1", { image: "no-such-image:1" });
    expect(image.outputs["failure-reason"]).toBe("image-not-found");
    const port = await push("v2", { "expected-port": "9000", "dry-run": "true" });
    expect(port.code).toBe(0);
    expect(port.log).toContain("exposes 8000/tcp, and the task is asked on 9000");
    const repository = await push("v2", { repository: "no-such-repository" }, asOwner);
    expect(repository.outputs["failure-reason"]).toBe("repository-not-found");
    expect(repository.summary).toContain("**Next:**");
  });
});

describe("write-image-definitions", () => {
  test("writes the file after checking the container's name", async () => {
    const done = await run("write-image-definitions", {
      images: `django_test=${uris.v1}`,
      path: definitions,
      "task-definition": template,
    });
    show("definitions", done);
    expect(done.code).toBe(0);
    expect(done.outputs.json).toBe(`[{"name":"django_test","imageUri":"${uris.v1}"}]`);
  });

  test("refuses a container that the task definition does not have", async () => {
    const done = await run("write-image-definitions", {
      images: `web=${uris.v1}`,
      path: definitions,
      "task-definition": template,
    });
    expect(done.outputs["failure-reason"]).toBe("container-unknown");
    expect(done.log).toContain("has: `django_test`");
  });
});

describe("deploy-service and rollback-service", () => {
  test("set the count back to 0 when the first deployment fails", async () => {
    define("crash");
    const run = await deploy();
    show("first deployment fails", run);
    expect(run.code).toBe(1);
    expect(run.outputs["failure-reason"]).toBe("first-deployment-failed");
    expect(run.log).toContain("Nothing ran before");
    expect(await service()).toMatchObject({ desiredCount: 0, taskDefinition: template });
    expect(await stateWith("crash")).toBe("never");
  });

  test("show in a dry run what would change", async () => {
    define("v1");
    const run = await deploy({ "dry-run": "true" });
    show("dry run", run);
    expect(run.outputs).toMatchObject({ changed: "false", "deployment-status": "NONE" });
    expect(await service()).toMatchObject({ desiredCount: 0 });
  });

  test("deploy the first version with its variables and count", async () => {
    const run = await deploy({ "environment-variables": "IMAGE_DIGEST=one" });
    show("first version", run);
    expect(run.outputs).toMatchObject({ "failure-reason": "", changed: "true", "deployment-status": "SUCCESSFUL" });
    expect(await service()).toMatchObject({
      desiredCount: 2,
      runningCount: 2,
      taskDefinition: run.outputs["task-definition-arn"],
    });
    expect([await stateWith("v1"), await stateWith("crash")]).toEqual(["runs", "other"]);
  });

  test("are followed by a check that asks the app for nothing but its health path: ECS says which image runs", async () => {
    const asked = new Set<string>();
    const app = createServer(({ url = "" }, response) => {
      asked.add(url);
      response.writeHead(url === "/up" ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const check = (version: string) =>
      run("check-service", {
        url: `http://127.0.0.1:${(app.address() as AddressInfo).port}`,
        "health-check-path": "/up",
        cluster: names.cluster,
        service: names.service,
        digest: uris[version]?.split("@")[1] ?? "",
        answers: "2",
        "timeout-seconds": "1",
      });
    const [right, wrong] = [await check("v1"), await check("crash")];
    app.close();
    show("checked", right);
    show("another image", wrong);
    expect(right.outputs).toMatchObject({ "failure-reason": "", "answered-digest": uris.v1?.split("@")[1] });
    expect(right.summary).toContain("| Asked | ECS (2 of 2 tasks) |");
    expect(wrong.outputs["failure-reason"]).toBe("other-image-answers");
    expect(wrong.log).toContain(`(0 of 2 tasks, others ${uris.v1?.split("@")[1]})`);
    expect([...asked]).toEqual(["/up"]);
  });

  test("are followed by a check of ECS alone where nobody can send requests", async () => {
    const check = (version: string) =>
      run("check-service", {
        cluster: names.cluster,
        service: names.service,
        digest: uris[version]?.split("@")[1] ?? "",
        answers: "2",
        "timeout-seconds": "1",
      });
    const [right, wrong] = [await check("v1"), await check("crash")];
    show("checked by ECS alone", right);
    expect(right.outputs).toMatchObject({ "failure-reason": "", requests: "2" });
    expect(right.outputs["answered-digest"]).toBe(uris.v1?.split("@")[1]);
    expect(right.summary).toContain(`## \`${names.service}\`: healthy`);
    expect(wrong.outputs["failure-reason"]).toBe("other-image-answers");
  });

  test("find nothing to do a second time", async () => {
    const run = await deploy({ "environment-variables": "IMAGE_DIGEST=one" });
    show("unchanged", run);
    expect(run.outputs).toMatchObject({ changed: "false", "failure-reason": "" });
    expect(run.milliseconds).toBeLessThan(4000);
  });

  test("change the count alone", async () => {
    const run = await deploy({ "environment-variables": "IMAGE_DIGEST=one", "desired-count": "1" });
    show("count", run);
    expect(run.outputs).toMatchObject({ changed: "true", "failure-reason": "" });
    expect(await service()).toMatchObject({ desiredCount: 1, runningCount: 1 });
    await deploy({ "environment-variables": "IMAGE_DIGEST=one" });
  });

  test("report a crashing version as rolled back, with exit code and log lines", async () => {
    define("crash");
    const before = (await service())?.taskDefinition;
    const run = await deploy();
    show("crash", run);
    expect(run.code).toBe(1);
    expect(run.outputs).toMatchObject({ "failure-reason": "deployment-rolled-back", "rolled-back": "true" });
    expect(run.log).toContain("exit 3");
    expect(run.log).toContain("ImproperlyConfigured: Set SECRET_KEY");
    expect(run.summary).toContain("| `django_test` | 3 |");
    expect(await service()).toMatchObject({ runningCount: 2, taskDefinition: before });
  });

  test("report a version that never becomes healthy as rolled back", async () => {
    define("unhealthy");
    const run = await deploy();
    show("unhealthy", run);
    expect(run.outputs["failure-reason"]).toBe("deployment-rolled-back");
    expect(run.log).toMatch(/health check/i);
  });

  test("deploy a second version, and say on SIGINT that it goes on", async () => {
    uris.v2 = (await push("v2")).outputs["image-uri"] ?? "";
    define("v2");
    let sent = false;
    const cancelled = await deploy(
      {},
      {
        onOutput: (log, kill) => {
          if (sent || !log.includes("Waiting for")) return;
          sent = true;
          kill("SIGINT");
        },
      },
    );
    show("interrupted", cancelled);
    expect(cancelled.code).toBe(1);
    expect(cancelled.outputs["failure-reason"]).toBe("interrupted");
    expect(cancelled.log).toContain("it goes on in AWS");
    const run = await deploy();
    show("joined", run);
    expect(run.outputs).toMatchObject({ "failure-reason": "", "deployment-status": "SUCCESSFUL" });
    expect(run.outputs.revision).toBe(cancelled.outputs.revision);
  });

  test("choose the former version for a rollback, go there and refuse the digest left behind", async () => {
    const dry = await rollback({ "dry-run": "true" });
    show("rollback, dry run", dry);
    expect(dry.outputs).toMatchObject({ mode: "dry-run", "failure-reason": "" });
    const run = await rollback({ reason: "500s at checkout" });
    show("rollback", run);
    expect(run.outputs).toMatchObject({
      mode: "update-service",
      "to-revision": dry.outputs["to-revision"],
      "deployment-status": "SUCCESSFUL",
    });
    const now = await service();
    expect(now?.taskDefinition).toBe(run.outputs["task-definition-arn"]);
    expect(now).toMatchObject({ desiredCount: 2, runningCount: 2 });
    const noop = await rollback({ to: run.outputs["to-revision"] ?? "" });
    expect(noop.outputs.mode).toBe("noop");
    const rejected = await deploy();
    show("refused", rejected);
    expect(rejected.outputs["failure-reason"]).toBe("image-rolled-back");
    expect([await stateWith("v1"), await stateWith("v2")]).toEqual(["runs", "other"]);
    const again = await rollback();
    show("no earlier", again);
    expect(again.outputs["failure-reason"]).toBe("no-earlier-revision");
  });

  test("deploy it again when allowed to, and forget that it was refused", async () => {
    const run = await deploy({ "allow-rolled-back": "true" });
    show("allowed", run);
    expect(run.outputs["failure-reason"]).toBe("");
    expect((await deploy()).outputs).toMatchObject({ changed: "false", "failure-reason": "" });
  });

  test("stop the deployment under way when asked to, and the run that waits for it says that it was rolled back", async () => {
    const { revision: before } = (await deploy()).outputs;
    const none = await rollback({ to: "in-flight" });
    expect(none.outputs["failure-reason"]).toBe("nothing-in-flight");
    define("unhealthy");
    let stopping: Promise<BundleRun> | undefined;
    const waiting = await deploy(
      { "allow-rolled-back": "true" },
      {
        onOutput: (log) => {
          if (log.includes("Waiting for")) stopping ??= rollback({ to: "in-flight", reason: "wrong branch" });
        },
      },
    );
    const stopped = await stopping;
    show("stopped", stopped as BundleRun);
    show("the run that waited", waiting);
    expect(stopped?.outputs).toMatchObject({
      mode: "stop-deployment",
      "from-revision": waiting.outputs.revision,
      "to-revision": before,
      "deployment-status": "ROLLBACK_SUCCESSFUL",
      "failure-reason": "",
    });
    expect(waiting.outputs).toMatchObject({ "failure-reason": "deployment-rolled-back", "rolled-back": "true" });
    expect((await service())?.taskDefinition).toContain(`task-definition/${before}`);
    define("v2");
  });

  test("refuse revisions that cannot run before anything is changed", async () => {
    const { revision = "" } = (await deploy()).outputs;
    const family = revision.split(":")[0] ?? "";
    const unknown = await rollback({ to: "999" });
    show("unknown revision", unknown);
    expect(unknown.outputs["failure-reason"]).toBe("task-definition-not-found");
    const former = (await rollback({ "dry-run": "true" })).outputs["to-revision"] ?? "";
    const templated = await rollback({ to: template });
    expect(templated.outputs["failure-reason"]).toBe("revision-is-template");
    await ecr.send(
      new BatchDeleteImageCommand({
        repositoryName: names.repository,
        imageIds: [{ imageDigest: uris.v1?.split("@")[1] }],
      }),
    );
    const gone = await rollback({ to: former });
    show("image gone", gone);
    expect(gone.outputs["failure-reason"]).toBe("image-gone");
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: former }));
    const inactive = await rollback({ to: former });
    show("inactive", inactive);
    expect(inactive.outputs["failure-reason"]).toBe("revision-inactive");
    expect(inactive.log).toContain(`nearest usable: ${family}:`);
    expect((await service())?.taskDefinition).toContain(revision);
  });

  test("migrate by a task of the new revision, with its variables, before the service gets it", async () => {
    const before = (await service())?.taskDefinition;
    const during: (string | undefined)[] = [];
    const run = await deploy(migrating("echo migrating for $IMAGE_DIGEST; sleep 2"), {
      onOutput: (log) => {
        if (during.length > 0 || !log.includes("migration RUNNING")) return;
        during.push(undefined);
        void service().then((seen) => during.push(seen?.taskDefinition));
      },
    });
    show("migrated", run);
    expect(run.outputs).toMatchObject({ "failure-reason": "", "deployment-status": "SUCCESSFUL" });
    expect(run.outputs["migration-task-arn"]).toMatch(/:task\/.+\/[0-9a-f]{32}$/);
    expect(during.at(-1)).toBe(before);
    expect(run.log).toContain("  migrating for two");
    expect(run.summary).toMatch(/\| Migration \| `sh -c echo migrating for .*`: exit 0, \d+ s \|/);
    const [task] = await tasksAt([run.outputs["migration-task-arn"] ?? ""]);
    expect(task).toMatchObject({ taskDefinitionArn: run.outputs["task-definition-arn"], launchType: "FARGATE" });
    const again = await deploy(migrating("exit 9"));
    expect(again.outputs).toMatchObject({ changed: "false", "migration-task-arn": "", "failure-reason": "" });
  });

  test("stop the deployment when the migration fails, with exit code and log lines, or cannot start", async () => {
    const before = (await service())?.taskDefinition;
    const broken = "echo 'django.db.utils.OperationalError: no such table: shop' >&2; exit 4";
    const run = await deploy({ ...migrating(broken), "environment-variables": "IMAGE_DIGEST=three" });
    show("migration failed", run);
    expect(run.code).toBe(1);
    expect(run.outputs).toMatchObject({ "failure-reason": "migration-failed", "deployment-status": "NONE" });
    expect(run.outputs["failure-message"]).toMatch(/exit 4 "django\.db\.utils\.OperationalError: no such table: shop"/);
    expect(run.summary).toContain("| `django_test` | 4 |");
    expect(run.summary).toContain("no such table: shop");
    writeFileSync(
      definitions,
      JSON.stringify([{ name: "django_test", imageUri: uris.v2?.replace(/.{64}$/, "0".repeat(64)) }]),
    );
    const unpulled = await deploy(migrating("true"));
    show("migration not started", unpulled);
    expect(unpulled.outputs["failure-reason"]).toBe("migration-failed");
    expect(unpulled.outputs["failure-message"]).toMatch(/did not start: .*CannotPullContainerError/);
    define("v2");
    expect(await service()).toMatchObject({ taskDefinition: before, desiredCount: 2, runningCount: 2 });
  });

  test("stop the migration, too, when the step is cancelled", async () => {
    let sent = false;
    const slow = migrating("trap 'exit 0' TERM; sleep 100 & wait");
    const run = await deploy(
      { ...slow, "environment-variables": "IMAGE_DIGEST=four" },
      {
        onOutput: (log, kill) => {
          if (sent || !log.includes("migration RUNNING")) return;
          sent = true;
          kill("SIGINT");
        },
      },
    );
    show("migration cancelled", run);
    expect(run.outputs["failure-reason"]).toBe("interrupted");
    const [task] = await tasksAt([run.outputs["migration-task-arn"] ?? ""]);
    expect(task).toMatchObject({ desiredStatus: "STOPPED", stoppedReason: "Migration: the deployment was cancelled" });
    // What was cancelled is waited for; then the same revision migrates and is deployed.
    const after = await deploy({ ...migrating("true"), "environment-variables": "IMAGE_DIGEST=four" });
    show("migrated after all", after);
    expect(after.outputs).toMatchObject({ "failure-reason": "", revision: run.outputs.revision });
  });

  test("refuse a run that is older than the newest one deployed, and let that one run again", async () => {
    const newest = await deploy({ "run-id": "1000", "environment-variables": "IMAGE_DIGEST=newest" });
    show("newest run", newest);
    expect(newest.outputs).toMatchObject({ "failure-reason": "", changed: "true" });
    expect((await service())?.tags).toContainEqual({ key: "slipway:newest-run", value: "1000" });
    const older = { "run-id": "999", "environment-variables": "IMAGE_DIGEST=older" };
    const rejected = await deploy(older);
    show("older run", rejected);
    expect(rejected.code).toBe(1);
    expect(rejected.outputs["failure-reason"]).toBe("newer-run-deployed");
    expect(rejected.summary).toContain("Run (999) must not be older than run 1000");
    expect((await service())?.taskDefinition).toBe(newest.outputs["task-definition-arn"]);
    const again = await deploy({ "run-id": "1000", "environment-variables": "IMAGE_DIGEST=newest" });
    expect(again.outputs).toMatchObject({ "failure-reason": "", changed: "false" });
    const allowed = await deploy({ ...older, "allow-older": "true" });
    expect(allowed.outputs).toMatchObject({ "failure-reason": "", changed: "true" });
    // A rollback is no matter of runs.
    const back = await rollback({ to: newest.outputs.revision ?? "", "allow-again": "true" });
    expect(back.outputs).toMatchObject({ "failure-reason": "", mode: "update-service" });
  });

  test("end in the true state and say it through a proxy that fails 30 % of the calls", async () => {
    const proxy = await unreliableServer("deploys", forward);
    const through = async (title: string, extra: Record<string, string>): Promise<Record<string, unknown>> => {
      const done = await deploy(extra, { environment: { AWS_ENDPOINT_URL: proxy.url } });
      show(`${title}, through the proxy`, done);
      return { ...done.outputs, ...(await service()) };
    };
    try {
      const kept = { "environment-variables": "IMAGE_DIGEST=first" };
      const first = await through("first", kept);
      const at = { taskDefinition: first["task-definition-arn"], runningCount: 2 };
      const deployed = { "failure-reason": "", changed: "true", "deployment-status": "SUCCESSFUL" };
      expect(first).toMatchObject({ ...deployed, ...at });
      define("crash");
      const rolledBack = { "failure-reason": "deployment-rolled-back", "rolled-back": "true" };
      expect(await through("crash", {})).toMatchObject({ ...rolledBack, ...at });
      define("v2");
      expect(await through("same", kept)).toMatchObject({ "failure-reason": "", changed: "false", ...at });
      const fewer = await through("fewer tasks", { ...kept, "desired-count": "1" });
      expect(fewer).toMatchObject({ ...deployed, ...at, runningCount: 1 });
    } finally {
      proxy.close();
    }
    const { calls, ...failed } = proxy.counts;
    expect(Object.values(failed).reduce((a, b) => a + b) / calls).toBeGreaterThan(0.2);
  });

  test("name an unknown service and cluster", async () => {
    expect((await deploy({ service: "nope" }, asOwner)).outputs["failure-reason"]).toBe("service-not-found");
    expect((await rollback({ cluster: "nope" }, asOwner)).outputs["failure-reason"]).toBe("cluster-not-found");
  });
});
