import { awsError } from "@slipway/core/testing/aws-error";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import { primary } from "@slipway/ecs-deploy/testing/fake-deployments";
import { arn, fakeEcs, type Script, serviceArn, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { rollbackService } from "./rollback-service.ts";

const template = { image: uri("a").replace(/@.*/, ":template") };
const deployed = (letter: string, day: string) => ({
  image: uri(letter),
  tags: [{ key: "slipway:deployed", value: `2026-11-${day}T00:00:00Z` }],
});
const at = (deployment: ReturnType<typeof primary>, rest: object = {}) => ({
  taskDefinition: deployment.taskDefinition,
  desiredCount: 2,
  runningCount: 2,
  deployments: [deployment],
  ...rest,
});
const record = (revision: number, status = "SUCCESSFUL") => ({
  serviceDeploymentArn: `arn:sd/${revision}`,
  taskDefinition: arn(revision),
  status: status as "SUCCESSFUL",
  createdAt: new Date(revision * 1000),
});

function rollBack(script: Script, changes: object = {}, images: string[] = ["a", "b", "c"]) {
  const ecs = fakeEcs(script);
  const ecr = fakeClient({
    BatchGetImage: ({ imageIds }) => {
      const isThere = images.some((letter) => imageIds[0].imageDigest === uri(letter).split("@")[1]);
      return isThere ? { images: [{}] } : { images: [], failures: [{ failureReason: "Requested image not found" }] };
    },
  });
  const log = fakeLog();
  const regions: string[] = [];
  const clientOf = async (region: string) => {
    regions.push(region);
    return ecr.client;
  };
  const input = {
    cluster: "prod",
    service: "web",
    to: "previous-successful",
    reason: "500s",
    allowAgain: false,
    dryRun: false,
    timeoutMinutes: 1,
    pollSeconds: 0.001,
    ...changes,
  };
  const work = () =>
    rollbackService(input, { ecs: ecs.client, ecr: clientOf, log, signal: new AbortController().signal });
  return { ecs, ecr, log, regions, work };
}

const revisions = [template, { image: uri("a") }, { image: uri("b") }, { image: uri("c") }];

test("goes to the newest earlier successful deployment with another revision, and keeps the count", async () => {
  const { ecs, log, regions, work } = rollBack({
    revisions,
    snapshots: [at(primary(4)), at(primary(2))],
    started: primary(2),
    earlier: [record(4), record(3, "ROLLBACK_SUCCESSFUL"), record(2), record(1)],
  });
  const { outputs, summary } = await work();
  expect(outputs).toMatchObject({ mode: "update-service", "from-revision": "web:4", "to-revision": "web:2" });
  expect(ecs.calls.find(({ name }) => name === "UpdateService")?.input).toEqual({
    cluster: "prod",
    service: "web",
    taskDefinition: arn(2),
  });
  expect(ecs.tags.get(serviceArn)).toEqual({ "slipway:rolled-back": "c".repeat(16) });
  expect(regions).toEqual(["ap-northeast-2"]);
  expect(log.lines.join()).toContain("Database migrations are not undone");
  expect(summary).toContain("| Reason | 500s |");
});

test("what nobody found bad may be deployed again", async () => {
  const { ecs, work } = rollBack(
    { revisions, snapshots: [at(primary(4)), at(primary(2))], started: primary(2), earlier: [record(4), record(2)] },
    { allowAgain: true },
  );
  const { outputs, summary } = await work();
  expect(outputs["to-revision"]).toBe("web:2");
  expect(ecs.tags.get(serviceArn)).toBeUndefined();
  expect(summary).not.toContain("Refused from now on");
});

test("without service deployments it goes by what deploy-service noted on the revisions", async () => {
  const { work } = rollBack(
    {
      revisions: [template, deployed("a", "20"), deployed("b", "18"), { image: uri("d") }, deployed("c", "21")],
      snapshots: [at(primary(5))],
      records: "denied",
    },
    { dryRun: true },
  );
  expect((await work()).outputs).toMatchObject({ mode: "dry-run", "to-revision": "web:2" });
});

test("what was rolled back from, the template and what never succeeded are no way back", async () => {
  const tags = [{ key: "slipway:rolled-back", value: "b".repeat(16) }];
  const { ecs, work } = rollBack({
    revisions,
    snapshots: [at(primary(2), { tags })],
    records: [[record(3), record(2), record(1)]],
  });
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("no-earlier-revision");
  expect(failure.message).toContain("but web:3, which was rolled back from");
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a revision that cannot run is refused before anything is changed, with the nearest that can", async () => {
  const script = {
    revisions: [template, { image: uri("a"), status: "INACTIVE" as const }, deployed("b", "20"), { image: uri("c") }],
    snapshots: [at(primary(4))],
  };
  const inactive = rollBack(script, { to: "2" });
  const failure = await failureFrom(inactive.work);
  expect(failure.reason).toBe("revision-inactive");
  expect(failure.message).toContain("nearest usable: web:3 (deployed with success 2026-11-20)");
  const unknown = await failureFrom(rollBack(script, { to: "web:99" }).work);
  expect(unknown.reason).toBe("task-definition-not-found");
  expect(unknown.next).toContain("nearest usable: web:3");
  expect((await failureFrom(rollBack(script, { to: arn(1) }).work)).reason).toBe("revision-is-template");
  expect((await failureFrom(rollBack(script, { to: "api:3" }).work)).reason).toBe("revision-of-other-family");
  expect((await failureFrom(rollBack(script, { to: "latest" }).work)).reason).toBe("input-invalid");
  expect(inactive.ecs.names()).not.toContain("UpdateService");
});

test("an image that is gone from its registry is noticed before anything is changed", async () => {
  const script = { revisions, snapshots: [at(primary(4))] };
  const { ecs, work } = rollBack(script, { to: "3" }, ["a", "c"]);
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("image-gone");
  expect(failure.message).toContain(uri("b"));
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a service that is there already is left alone", async () => {
  const { ecs, work } = rollBack({ revisions, snapshots: [at(primary(4))] }, { to: "web:4" });
  expect((await work()).outputs).toMatchObject({ mode: "noop", "to-revision": "web:4" });
  expect(ecs.names()).not.toContain("UpdateService");
});

test("a rollback that ECS itself rolls back is a failure", async () => {
  const { work } = rollBack(
    {
      revisions,
      snapshots: [at(primary(4)), at(primary(3, { rolloutState: "IN_PROGRESS" })), at(primary(4))],
      started: primary(3, { rolloutState: "IN_PROGRESS" }),
    },
    { to: "3" },
  );
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("deployment-rolled-back");
  expect(failure.outputs).toMatchObject({ mode: "update-service", "deployment-status": "ROLLBACK_SUCCESSFUL" });
});

test("a note that cannot be written is a warning, not a failed rollback", async () => {
  const { ecs, log, work } = rollBack(
    { revisions, snapshots: [at(primary(4)), at(primary(3))], started: primary(3) },
    { to: "3" },
  );
  const send = ecs.client.send;
  ecs.client.send = async (command: { constructor: { name: string } }) => {
    if (command.constructor.name === "TagResourceCommand")
      throw awsError("AccessDeniedException", "not authorized to perform: ecs:TagResource");
    return send(command);
  };
  expect((await work()).outputs).toMatchObject({ mode: "update-service", "deployment-status": "SUCCESSFUL" });
  expect(log.lines.join("\n")).toContain("warning: Tag slipway:rolled-back");
});
