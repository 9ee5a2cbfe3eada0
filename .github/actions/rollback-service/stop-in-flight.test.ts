import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { arn, fakeEcs, type Script, serviceArn, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { rollbackService } from "./rollback-service.ts";

const deployment = (revision: number, status: string) => ({
  serviceDeploymentArn: `arn:sd/${revision}`,
  taskDefinition: arn(revision),
  status: status as "SUCCESSFUL",
  createdAt: new Date(revision * 1000),
});
const primary = (revision: number) => ({
  id: `ecs-svc/${revision}`,
  status: "PRIMARY",
  taskDefinition: arn(revision),
  rolloutState: "IN_PROGRESS" as const,
});
const at = (revision: number) => ({ taskDefinition: arn(revision), deployments: [primary(revision)] });
const revisions = ["a", "b", "c"].map((letter) => ({ image: uri(letter) }));
const inFlight = [deployment(3, "IN_PROGRESS"), deployment(2, "SUCCESSFUL"), deployment(1, "SUCCESSFUL")];
const rolledBack = [deployment(3, "ROLLBACK_SUCCESSFUL"), ...inFlight.slice(1)];

function stop(script: Partial<Script>, changes: object = {}) {
  const ecs = fakeEcs({ revisions, snapshots: [at(3)], records: [inFlight], ...script });
  const log = fakeLog();
  const input = {
    cluster: "prod",
    service: "web",
    to: "in-flight",
    allowAgain: false,
    reason: "500s",
    dryRun: false,
    timeoutMinutes: 1,
    pollSeconds: 0.001,
    ...changes,
  };
  const ecr = () => Promise.reject(new Error("no image is asked for"));
  const { signal } = new AbortController();
  return { ecs, work: () => rollbackService(input, { ecs: ecs.client, ecr, log, signal }) };
}

test("stops the deployment under way, waits for ECS to go back, and refuses its image from now on", async () => {
  const { ecs, work } = stop({ snapshots: [at(3), at(2)], records: [inFlight, rolledBack] });
  const { outputs, summary } = await work();
  expect(ecs.calls.find(({ name }) => name === "StopServiceDeployment")?.input).toEqual({
    serviceDeploymentArn: "arn:sd/3",
    stopType: "ROLLBACK",
  });
  expect(outputs).toMatchObject({
    mode: "stop-deployment",
    "from-revision": "web:3",
    "to-revision": "web:2",
    "deployment-status": "ROLLBACK_SUCCESSFUL",
  });
  expect(summary).toContain("stopped and rolled back to web:2");
  expect(ecs.tags.get(serviceArn)?.["slipway:rolled-back"]).toContain("c".repeat(12));
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a dry run says what would be stopped and stops nothing", async () => {
  const { ecs, work } = stop({}, { dryRun: true });
  expect((await work()).outputs).toMatchObject({ mode: "dry-run", "from-revision": "web:3", "to-revision": "web:2" });
  expect(ecs.names()).not.toContain("StopServiceDeployment");
});

test("where none is under way, that is said with the target to use instead", async () => {
  const failure = await failureFrom(stop({ records: [rolledBack] }).work);
  expect(failure.reason).toBe("nothing-in-flight");
  expect(failure.message).toBe(
    "A deployment of web must be in progress to be stopped, and none is in progress; use `to: previous-successful` to go back from one that is complete.",
  );
});

test("one that ends just before it is stopped is no defect", async () => {
  const failure = await failureFrom(stop({ stopConflict: "it is SUCCESSFUL" }).work);
  expect(failure.reason).toBe("nothing-in-flight");
  expect(failure.message).toContain("the one of web:3 ended meanwhile (it is SUCCESSFUL)");
});

test("the first deployment of all has nothing to go back to, and is not stopped", async () => {
  const { ecs, work } = stop({ records: [[deployment(3, "IN_PROGRESS")]] });
  expect((await failureFrom(work)).reason).toBe("no-earlier-revision");
  expect(ecs.names()).not.toContain("StopServiceDeployment");
});

test("when ECS cannot go back either, the step fails with what runs now", async () => {
  const broken = [deployment(3, "ROLLBACK_FAILED"), ...inFlight.slice(1)];
  const failure = await failureFrom(stop({ records: [inFlight, broken] }).work);
  expect(failure.reason).toBe("deployment-failed");
  expect(failure.outputs).toMatchObject({ mode: "stop-deployment", "deployment-status": "ROLLBACK_FAILED" });
});
