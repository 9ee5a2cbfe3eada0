import type { Service } from "@aws-sdk/client-ecs";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { at, primary } from "@slipway/ecs-deploy/testing/fake-deployments";
import { arn, fakeEcs, type Script, serviceArn, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { deployService } from "./deploy-service.ts";
import type { DeployServiceInput } from "./deployment.ts";
import { plannedUpdate } from "./update-service.ts";

const service = (deployment: object, rest: object = {}) =>
  ({
    desiredCount: 2,
    runningCount: 2,
    deployments: [
      { status: "ACTIVE", taskDefinition: "web:1", rolloutState: "FAILED" },
      { status: "PRIMARY", taskDefinition: "web:2", rolloutState: "COMPLETED", ...deployment },
    ],
    ...rest,
  }) as Service;

test.each([
  ["runs already", "none", service({}), 2],
  ["runs already, whatever its count", "none", service({}), undefined],
  ["runs another revision", "deploy", service({ taskDefinition: "web:1" }), 2],
  ["has another count", "count", service({}), 3],
  ["is being deployed by an earlier run", "attach", service({ rolloutState: "IN_PROGRESS" }), 2],
  ["has not all its tasks yet", "attach", service({}, { runningCount: 1 }), 2],
  ["failed with this revision and stayed there", "retry", service({ rolloutState: "FAILED" }), 2],
] as const)("a service that %s: %s", (_, update, seen, count) => {
  expect(plannedUpdate(seen, "web:2", count)).toBe(update);
});

const started = primary(3, { rolloutState: "IN_PROGRESS", runningCount: 0 });
const rolledBack = {
  serviceDeploymentArn: "arn:sd/3",
  taskDefinition: arn(3),
  status: "ROLLBACK_SUCCESSFUL" as const,
  createdAt: new Date(1000),
};

function deploy(script: Script, changes: Partial<DeployServiceInput>) {
  const ecs = fakeEcs(script);
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
    ...changes,
  };
  const signal = new AbortController().signal;
  return { ecs, work: () => deployService(input, { ecs: ecs.client, log: fakeLog(), signal }) };
}

const tagged = (run: string) => [{ key: "slipway:newest-run", value: run }];
const script = (tags: { key: string; value: string }[], end: object = at(primary(3))): Script => ({
  revisions: [{ image: uri("a").replace(/@.*/, ":template") }, { image: uri("a") }],
  snapshots: [
    { ...at(primary(2)), tags },
    { ...end, tags },
  ],
  started,
});

test.each([
  ["no run that is noted", []],
  ["an older run", tagged("99")],
  ["a note that is no number", tagged("newest")],
])("a run deploys after %s, and is noted", async (_, tags) => {
  const { ecs, work } = deploy(script(tags), { runId: 100 });
  await work();
  expect(ecs.tags.get(serviceArn)).toEqual({ "slipway:newest-run": "100" });
});

test("the same run deploys again", async () => {
  const { ecs, work } = deploy(script(tagged("100")), { runId: 100 });
  expect((await work()).outputs.changed).toBe("true");
  expect(ecs.tags.get(serviceArn)).toBeUndefined();
});

test("a run is refused before anything is changed once a newer one has deployed, however many digits it has", async () => {
  const { ecs, work } = deploy(script(tagged("1000")), { runId: 999, dryRun: true });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("newer-run-deployed");
  expect(failure.message).toBe(
    "Run (999) must not be older than run 1000, which deployed to web meanwhile; run the newest one again, or start another; to go back on purpose, roll back by hand or set `allow-older: true`.",
  );
  expect(ecs.names()).toEqual(["DescribeServices"]);
});

test("an older run that is allowed deploys, and the newer one stays noted", async () => {
  const { ecs, work } = deploy(script(tagged("1000")), { runId: 999, allowOlder: true });
  expect((await work()).outputs.changed).toBe("true");
  expect(ecs.tags.get(serviceArn)).toBeUndefined();
});

test("without a run nothing is compared or noted", async () => {
  const { ecs, work } = deploy(script(tagged("1000")), {});
  await work();
  expect(ecs.tags.get(serviceArn)).toBeUndefined();
});

test("a deployment that goes on in AWS is noted, one that ECS rolled back is not", async () => {
  const late = deploy(script([], at(started, primary(2, { status: "ACTIVE" }))), { runId: 100, timeoutMinutes: 0 });
  expect((await failureFrom(late.work)).reason).toBe("timed-out");
  expect(late.ecs.tags.get(serviceArn)).toEqual({ "slipway:newest-run": "100" });
  const back = deploy({ ...script([], at(primary(2))), records: [[rolledBack]] }, { runId: 100 });
  expect((await failureFrom(back.work)).reason).toBe("deployment-rolled-back");
  expect(back.ecs.tags.get(serviceArn)).toBeUndefined();
});
