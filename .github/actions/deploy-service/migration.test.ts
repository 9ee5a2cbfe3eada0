import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { primary } from "@slipway/ecs-deploy/testing/fake-deployments";
import { arn, fakeEcs, migrationArn, type Script, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { deployService } from "./deploy-service.ts";
import type { DeployServiceInput } from "./deployment.ts";

const template = { image: uri("a").replace(/@.*/, ":template") };
const input: DeployServiceInput = {
  cluster: "prod",
  service: "web",
  taskDefinition: arn(1),
  images: [{ name: "django_test", imageUri: uri("b") }],
  desiredCount: 2,
  environment: [],
  migrateCommand: ["python", "manage.py", "migrate"],
  migrateTimeoutMinutes: 1,
  timeoutMinutes: 1,
  pollSeconds: 0.001,
  allowRolledBack: false,
  runId: undefined,
  allowOlder: false,
  dryRun: false,
};
const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"] } };
const at = (revision: number) => ({
  taskDefinition: arn(revision),
  desiredCount: 2,
  runningCount: 2,
  launchType: "FARGATE" as const,
  platformVersion: "LATEST",
  networkConfiguration,
  deployments: [primary(revision)],
});
const running = { lastStatus: "RUNNING" };
const ended = (exitCode: number) => ({
  lastStatus: "STOPPED",
  stopCode: "EssentialContainerExited" as const,
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "django_test", exitCode }],
});

const signal = new AbortController().signal;

function deploy(script: Partial<Script>, changes: Partial<DeployServiceInput> = {}, stop = signal) {
  const ecs = fakeEcs({
    revisions: [template, { image: uri("a") }],
    snapshots: [at(2), at(3)],
    started: primary(3),
    ...script,
  });
  const log = fakeLog();
  return {
    ecs,
    log,
    work: () => deployService({ ...input, ...changes }, { ecs: ecs.client, log, signal: stop }),
  };
}

test("the new revision migrates as one task where the service runs, and only then the service gets it", async () => {
  const { ecs, work } = deploy({ migration: [running, ended(0)] });
  const { outputs, summary } = await work();
  expect(ecs.calls.find(({ name }) => name === "RunTask")?.input).toEqual({
    cluster: "prod",
    taskDefinition: arn(3),
    count: 1,
    startedBy: "migrate/web",
    networkConfiguration,
    platformVersion: "LATEST",
    launchType: "FARGATE",
    overrides: { containerOverrides: [{ name: "django_test", command: ["python", "manage.py", "migrate"] }] },
  });
  const order = ecs.names().filter((name) => /RunTask|UpdateService/.test(name));
  expect(order).toEqual(["RunTask", "UpdateService"]);
  expect(outputs).toMatchObject({ "migration-task-arn": migrationArn, "deployment-status": "SUCCESSFUL" });
  expect(summary).toMatch(/\| Migration \| `python manage.py migrate`: exit 0, \d+ s \|/);
});

test("a service on capacity providers migrates on them", async () => {
  const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  const { ecs, work } = deploy({ snapshots: [{ ...at(2), capacityProviderStrategy }, at(3)], migration: [ended(0)] });
  await work();
  const request = ecs.calls.find(({ name }) => name === "RunTask")?.input;
  expect(request).toMatchObject({ capacityProviderStrategy });
  expect(request).not.toHaveProperty("launchType");
});

test("a migration that fails stops the deployment, with code and what still runs", async () => {
  const { ecs, work } = deploy({ migration: [running, ended(1)] });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("migration-failed");
  expect(failure.message).toMatch(/^Migration of web \(web:3\) failed with exit 1: 1 task: `django_test` exit 1/);
  expect(failure.message).toContain("Nothing was deployed: web is at web:2 with 2 of 2 running");
  expect(failure.outputs).toMatchObject({
    changed: "false",
    "deployment-status": "NONE",
    "migration-task-arn": migrationArn,
    revision: "web:3",
  });
  expect(failure.summary).toContain("## ECS `prod/web`: not deployed, its migration did not succeed");
  expect(failure.summary).toMatch(/\| Migration \| `python manage.py migrate`: exit 1/);
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a migration that never starts stops the deployment, whether a task was made or not", async () => {
  const stopped = {
    lastStatus: "STOPPED",
    stopCode: "TaskFailedToStart" as const,
    stoppedReason: "CannotPullContainerError: no such image",
    containers: [{ name: "django_test" }],
  };
  const unpulled = await failureFrom(deploy({ migration: [stopped] }).work);
  expect(unpulled.reason).toBe("migration-failed");
  expect(unpulled.message).toMatch(/\(web:3\) did not start: .*CannotPullContainerError: no such image/);
  const rejected = deploy({ migration: "RESOURCE:MEMORY" });
  const unstarted = await failureFrom(rejected.work);
  expect(unstarted.message).toContain("no task was started (RESOURCE:MEMORY)");
  expect(rejected.ecs.names()).not.toContain("UpdateService");
});

test("a migration that takes too long is stopped and stops the deployment", async () => {
  const { ecs, work } = deploy({ migration: [running] }, { migrateTimeoutMinutes: 0.0005 });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("migration-timed-out");
  expect(failure.message).toContain("with a larger `migrate-timeout-minutes` if it only needs longer");
  expect(ecs.calls.find(({ name }) => name === "StopTask")?.input).toMatchObject({ task: migrationArn });
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a cancelled step stops its migration", async () => {
  const interruption = new AbortController();
  const { ecs, log, work } = deploy({ migration: [running] }, {}, interruption.signal);
  log.info = (line) => {
    if (line.includes("RUNNING")) interruption.abort();
  };
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("interrupted");
  expect(failure.message).toContain("the migration was stopped after 0 s");
  expect(ecs.names()).toContain("StopTask");
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a migration that a lost job left is waited for; if it does not end, nothing is started beside it", async () => {
  const waited = deploy({ otherMigration: [running, ended(1)], migration: [ended(0)] });
  await waited.work();
  const order = waited.ecs.names().filter((name) => /Tasks?$/.test(name));
  expect(order.slice(0, 4)).toEqual(["ListTasks", "DescribeTasks", "DescribeTasks", "RunTask"]);
  const stuck = deploy({ otherMigration: [running] }, { migrateTimeoutMinutes: 0.0005 });
  const failure = await failureFrom(stuck.work);
  expect(failure.message).toContain("another migration of this service still works");
  expect(stuck.ecs.names()).not.toContain("RunTask");
});

test("AWS that cannot be asked any more is not called a failed migration", async () => {
  const { ecs, work } = deploy({ migration: [running] });
  const send = ecs.client.send.bind(ecs.client);
  ecs.client.send = ((command: object) => {
    if (command.constructor.name === "DescribeTasksCommand") throw new Error("socket hang up");
    return send(command as never);
  }) as typeof send;
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("migration-unwatched");
  expect(failure.message).toMatch(/^Lost sight of the migration .*it goes on in AWS/);
});

test("what the service runs already, or gets only another count of, is not migrated again", async () => {
  const same = [template, { image: uri("b") }];
  const none = deploy({ revisions: same, snapshots: [at(2)], migration: [ended(0)] });
  expect((await none.work()).outputs).toMatchObject({ changed: "false", "migration-task-arn": "" });
  const three = { ...at(2), desiredCount: 3, runningCount: 3, deployments: [{ ...primary(2), runningCount: 3 }] };
  const count = deploy({ revisions: same, snapshots: [at(2), three], started: primary(2) }, { desiredCount: 3 });
  expect((await count.work()).outputs).toMatchObject({ changed: "true", "migration-task-arn": "" });
  expect([...none.ecs.names(), ...count.ecs.names()]).not.toContain("RunTask");
});

test("a dry run says what would run and starts nothing", async () => {
  const { ecs, log, work } = deploy({}, { dryRun: true });
  const { summary } = await work();
  expect(log.lines.join("\n")).toContain("first `python manage.py migrate` would run in a task of it");
  expect(summary).toContain("| Migration | `python manage.py migrate` would run first |");
  expect(ecs.names()).not.toContain("RunTask");
});

test("a service without a command is deployed as ever", async () => {
  const { ecs, work } = deploy({}, { migrateCommand: undefined });
  const { outputs, summary } = await work();
  expect(outputs["migration-task-arn"]).toBe("");
  expect(summary).not.toContain("Migration");
  expect(ecs.names()).not.toContain("RunTask");
});
