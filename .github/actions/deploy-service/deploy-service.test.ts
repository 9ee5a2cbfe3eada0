import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { at, primary } from "@slipway/ecs-deploy/testing/fake-deployments";
import { arn, fakeEcs, type Script, serviceArn, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { deployService } from "./deploy-service.ts";
import type { DeployServiceInput } from "./deployment.ts";

const template = { image: uri("a").replace(/@.*/, ":template"), tags: [{ key: "Project", value: "shop" }] };
const input: DeployServiceInput = {
  cluster: "prod",
  service: "web",
  taskDefinition: arn(1),
  images: [{ name: "django_test", imageUri: uri("b") }],
  desiredCount: 2,
  environment: [],
  migrateCommand: undefined,
  migrateTimeoutMinutes: 1,
  timeoutMinutes: 1,
  pollSeconds: 0.001,
  allowRolledBack: false,
  runId: undefined,
  allowOlder: false,
  dryRun: false,
};

const running1 = { image: uri("a") };
const started = primary(3, { rolloutState: "IN_PROGRESS", runningCount: 0 });
const active = (revision: number) => primary(revision, { status: "ACTIVE" });

async function deploy(
  script: Script,
  changes: Partial<DeployServiceInput> = {},
  signal = new AbortController().signal,
) {
  const ecs = fakeEcs(script);
  const log = fakeLog();
  const work = () => deployService({ ...input, ...changes }, { ecs: ecs.client, log, signal });
  return { ecs, log, work };
}

test("registers the template with the new image and waits until its deployment is complete", async () => {
  const { ecs, log, work } = await deploy({
    revisions: [template, running1],
    snapshots: [at(primary(2)), at(started, active(2)), at(primary(3))],
    started,
  });
  const { outputs, summary } = await work();
  const registered = ecs.calls.find(({ name }) => name === "RegisterTaskDefinition")?.input;
  expect(registered.containerDefinitions[0].image).toBe(uri("b"));
  expect(registered.tags).toEqual(template.tags);
  expect(registered).not.toHaveProperty("registeredBy");
  expect(outputs).toMatchObject({
    revision: "web:3",
    "previous-revision": "web:2",
    changed: "true",
    "deployment-status": "SUCCESSFUL",
  });
  expect(summary).toContain("web:2 → **web:3**");
  expect(log.lines.join("\n")).toContain("web:3 IN_PROGRESS: 0 of 2 running");
  expect(ecs.tags.get(arn(3))).toHaveProperty("slipway:deployed");
});

test("reuses a revision with the same content, and does nothing when the service runs it", async () => {
  const { ecs, work } = await deploy({
    revisions: [template, { image: uri("b"), tags: template.tags }],
    snapshots: [at(primary(2))],
  });
  const { outputs } = await work();
  expect(outputs).toMatchObject({ revision: "web:2", changed: "false" });
  expect(ecs.names()).not.toContain("RegisterTaskDefinition");
  expect(ecs.names()).not.toContain("UpdateService");
});

test("an INACTIVE revision is not reused", async () => {
  const { ecs, work } = await deploy({
    revisions: [template, { image: uri("b"), tags: template.tags, status: "INACTIVE" }],
    snapshots: [at(primary(1)), at(primary(3))],
    started,
  });
  await work();
  expect(ecs.names()).toContain("RegisterTaskDefinition");
});

const record = (status: string, rest: object = {}) => ({
  serviceDeploymentArn: "arn:sd/3",
  taskDefinition: arn(3),
  status: status as "SUCCESSFUL",
  createdAt: new Date(1000),
  ...rest,
});
const stopped = [
  {
    taskArn: "arn:task/prod/1",
    startedBy: "ecs-svc/3",
    stopCode: "EssentialContainerExited" as const,
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "django_test", exitCode: 3 }],
  },
  {
    taskArn: "arn:task/prod/2",
    startedBy: "ecs-svc/1",
    stopCode: "UserInitiated" as const,
    containers: [{ name: "django_test", exitCode: 9 }],
  },
];

test("a deployment that ECS rolls back is a failure with the reason, by the service-deployment API", async () => {
  const breaker = { deploymentCircuitBreaker: { failureCount: 3, threshold: 3 } };
  const { work } = await deploy({
    revisions: [template, running1],
    snapshots: [at(primary(2)), at(started, active(2)), at(primary(2))],
    started,
    records: [[record("IN_PROGRESS")], [record("ROLLBACK_SUCCESSFUL", breaker)]],
    stopped,
  });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("deployment-rolled-back");
  expect(failure.message).toContain("circuit breaker 3 of 3 failures. 1 task: `django_test` exit 3");
  expect(failure.message).toContain("Running: web:2");
  expect(failure.message).not.toContain("exit 9");
  expect(failure.outputs).toMatchObject({ "rolled-back": "true", "service-deployment-arn": "arn:sd/3" });
  expect(failure.summary).toContain("web:2 → web:3 → **web:2**");
});

test("the same where the role may not read service deployments", async () => {
  const failed = primary(3, {
    status: "ACTIVE",
    rolloutState: "FAILED",
    failedTasks: 3,
    runningCount: 0,
    desiredCount: 0,
  });
  const { work } = await deploy({
    revisions: [template, running1],
    snapshots: [
      at(primary(2)),
      at(started, active(2)),
      at(primary(2, { rolloutState: "IN_PROGRESS" }), failed),
      at(primary(2)),
    ],
    started,
    records: "denied",
    stopped,
  });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("deployment-rolled-back");
  expect(failure.outputs).toMatchObject({ "rolled-back": "true", "deployment-status": "ROLLBACK_SUCCESSFUL" });
});

test("an earlier success of the same revision is not taken for this deployment's", async () => {
  const earlier = record("SUCCESSFUL", { serviceDeploymentArn: "arn:sd/old", taskDefinition: arn(2) });
  const own = record("ROLLBACK_SUCCESSFUL", { taskDefinition: arn(2) });
  const { work } = await deploy({
    revisions: [template, { image: uri("b"), tags: template.tags }, running1],
    snapshots: [at(primary(3)), at(primary(2, { rolloutState: "IN_PROGRESS", runningCount: 0 })), at(primary(3))],
    started: primary(2, { rolloutState: "IN_PROGRESS", runningCount: 0 }),
    earlier: [earlier],
    records: [[earlier], [own, earlier]],
  });
  expect((await failureFrom(work)).reason).toBe("deployment-rolled-back");
});

test("a failed first deployment sets the count back to 0 at once and says that nothing ran before", async () => {
  const { ecs, work } = await deploy({
    revisions: [template],
    snapshots: [
      { ...at(primary(1, { desiredCount: 0, runningCount: 0 })), desiredCount: 0, runningCount: 0 },
      at(primary(1, { rolloutState: "IN_PROGRESS", runningCount: 0 })),
    ],
    started: primary(2, { rolloutState: "IN_PROGRESS", runningCount: 0 }),
    records: [[{ ...record("ROLLBACK_IN_PROGRESS"), taskDefinition: arn(2) }]],
  });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("first-deployment-failed");
  expect(failure.message).toContain("Nothing ran before");
  const last = ecs.calls.findLast(({ name }) => name === "UpdateService")?.input;
  expect(last).toEqual({ cluster: "prod", service: "web", desiredCount: 0, taskDefinition: arn(1) });
});

test("a deployment of somebody else in between is named", async () => {
  const { work } = await deploy({
    revisions: [template, running1],
    snapshots: [at(primary(2)), at(started), at(primary(4, { rolloutState: "IN_PROGRESS" }))],
    started,
  });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("deployment-superseded");
  expect(failure.message).toContain("web:4");
});

test("a timeout says the state, and that the deployment goes on", async () => {
  const script = { revisions: [template, running1], snapshots: [at(primary(2)), at(started, active(2))], started };
  const { work } = await deploy(script, { timeoutMinutes: 0 });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("timed-out");
  expect(failure.message).toContain("still IN_PROGRESS");
  expect(failure.message).toContain("web:3 with 0 of 2 tasks, web:2 with 2 of 2 tasks");
  expect(failure.message).toContain("rollback-service `to: web:2`");
});

test("a lost connection while waiting does not read as a failed deployment", async () => {
  const snapshots = [at(primary(2)), at(started, active(2))];
  const { ecs, work } = await deploy({ revisions: [template, running1], snapshots, started });
  const send = ecs.client.send;
  let looked = 0;
  ecs.client.send = (command: { constructor: { name: string } }) => {
    if (command.constructor.name === "DescribeServicesCommand" && looked++ > 1) {
      throw Object.assign(new Error("The security token included in the request is expired"), {
        name: "ExpiredTokenException",
      });
    }
    return send(command);
  };
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("deployment-unwatched");
  expect(failure.message).toContain("it goes on in AWS");
});

test("nothing is changed once the step is cancelled, and nothing in a dry run", async () => {
  const script = { revisions: [template, running1], snapshots: [at(primary(2))] };
  const cancelled = await deploy(script, {}, AbortSignal.abort());
  expect((await failureFrom(cancelled.work)).reason).toBe("interrupted");
  const dry = await deploy(script, { dryRun: true });
  const { outputs, summary } = await dry.work();
  expect(outputs).toMatchObject({ changed: "false", "deployment-status": "NONE" });
  expect(summary).toContain("| `containerDefinitions[django_test].image` |");
  const changing = ["RegisterTaskDefinition", "UpdateService", "TagResource"];
  expect([...cancelled.ecs.names(), ...dry.ecs.names()].filter((name) => changing.includes(name))).toEqual([]);
});

test("an image that was rolled back from is refused, unless allowed, and then forgotten", async () => {
  const tags = [{ key: "slipway:rolled-back", value: "b".repeat(16) }];
  const script = {
    revisions: [template, running1],
    snapshots: [
      { ...at(primary(2)), tags },
      { ...at(primary(3)), tags },
    ],
    started,
  };
  const rejected = await deploy(script);
  expect((await failureFrom(rejected.work)).reason).toBe("image-rolled-back");
  const allowed = await deploy(script, { allowRolledBack: true });
  await allowed.work();
  expect(allowed.ecs.tags.get(serviceArn)).toEqual({ "slipway:rolled-back": "" });
});

test("services that cannot be deployed to are named", async () => {
  const script = (snapshot: object): Script => ({
    revisions: [template],
    snapshots: [{ ...at(primary(1)), ...snapshot }],
  });
  const unknown = await deploy(script({}), { service: "wep" });
  expect((await failureFrom(unknown.work)).message).toContain("Service (wep) must exist in cluster prod");
  const gone = await deploy(script({ status: "INACTIVE" }));
  expect((await failureFrom(gone.work)).reason).toBe("service-not-active");
  const blueGreen = await deploy(script({ deploymentController: { type: "CODE_DEPLOY" } }));
  expect((await failureFrom(blueGreen.work)).reason).toBe("controller-unsupported");
  const template404 = await deploy(script({}), { taskDefinition: "web:9" });
  expect((await failureFrom(template404.work)).reason).toBe("task-definition-not-found");
});

test("a template whose task would hold the execution role is refused before anything is registered", async () => {
  const role = "arn:aws:iam::111111111111:role/shop/web-execution";
  const roles = { taskRoleArn: role, executionRoleArn: role };
  const { ecs, work } = await deploy({ revisions: [{ ...template, roles }], snapshots: [at(primary(1))] });
  const { reason, message } = await failureFrom(work);
  expect([reason, message]).toEqual([
    "input-invalid",
    expect.stringContaining("task-definition (web:1) must have a task role other than"),
  ]);
  expect(ecs.names().filter((name) => !/^(Describe|List)/.test(name))).toEqual([]);
});
