import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import { checkService } from "./check-service.ts";

const [old, wanted] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];

/** What ECS says at one look. */
interface Moment {
  readonly desired?: number;
  readonly pending?: number;
  readonly rollout?: string;
  /** Name of each running task and its digest. */
  readonly tasks: Readonly<Record<string, string>>;
}

/** A check of a service without address; the last moment goes on for ever. */
function check(moments: readonly Moment[], changes: object = {}) {
  const left = [...moments];
  let now: Moment = { tasks: {} };
  let time = 0;
  const ecs = fakeClient({
    DescribeServices: () => {
      now = (left.length > 1 ? left.shift() : left[0]) ?? now;
      const runningCount = Object.keys(now.tasks).length;
      const { desired: desiredCount = runningCount, pending: pendingCount = 0, rollout = "COMPLETED" } = now;
      const deployments = [{ status: "PRIMARY", rolloutState: rollout }];
      return { services: [{ status: "ACTIVE", runningCount, desiredCount, pendingCount, deployments }] };
    },
    ListTasks: () => ({ taskArns: Object.keys(now.tasks) }),
    DescribeTasks: ({ tasks }) => ({
      tasks: tasks.map((taskArn: string) => ({
        taskArn,
        lastStatus: "RUNNING",
        containers: [{ image: `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@${now.tasks[taskArn]}` }],
      })),
    }),
  });
  const input = {
    url: "",
    healthCheckPath: "",
    versionPath: "",
    cluster: "prod",
    service: "worker",
    digest: wanted,
    answers: 3,
    timeoutSeconds: 10,
    connectTo: "127.0.0.1:4566",
    dryRun: false,
    ...changes,
  };
  const log = fakeLog();
  const wait = async (milliseconds: number) => {
    time += milliseconds;
  };
  const { signal } = new AbortController();
  const work = () => checkService(input, { ecs: async () => ecs.client, log, wait, signal, now: () => time });
  return { ecs, log, work, seconds: () => time / 1000 };
}

test("a service without address is well when it is steady and every task has the image, look after look", async () => {
  const { work, log, seconds } = check([{ tasks: { a: wanted, b: wanted } }]);
  const { outputs, summary } = await work();
  expect(outputs).toEqual({ requests: "3", "answered-digest": wanted });
  expect(seconds()).toBe(4);
  expect(log.lines.join("\n")).toContain(`worker is healthy: 3 good answers in a row, ${wanted} by ECS (2 of 2 tasks)`);
  expect(summary).toContain("| Asked | ECS (2 of 2 tasks) |");
  expect(summary).not.toContain("Health");
});

test.each<[string, Moment, string]>([
  [
    "too few tasks",
    { tasks: { a: wanted }, desired: 2, pending: 1 },
    "worker must be steady (1 of 2 tasks running, 1 pending, deployment COMPLETED)",
  ],
  [
    "a deployment under way",
    { tasks: { a: wanted }, rollout: "IN_PROGRESS" },
    "worker must be steady (1 of 1 tasks running, 0 pending, deployment IN_PROGRESS)",
  ],
])("%s is not well", async (_, moment, what) => {
  const failure = await failureFrom(check([moment]).work);
  expect(failure.reason).toBe("service-unhealthy");
  expect(failure.what).toBe(`${what}, after 10 s of questions to ECS`);
});

test("another image than the deployed one is a failure with both digests", async () => {
  const failure = await failureFrom(check([{ tasks: { a: wanted, b: old } }]).work);
  expect(failure.reason).toBe("other-image-answers");
  expect(failure.what).toContain(`must have the image ${wanted} (1 of 2 tasks, others ${old})`);
});

test("a command that ends and is started again is not well, although one task runs at each look", async () => {
  const failure = await failureFrom(
    check("abcdefghijkl".split("").map((name) => ({ tasks: { [name]: wanted } }))).work,
  );
  expect(failure.reason).toBe("service-unhealthy");
  expect(failure.what).toContain("worker must keep its tasks running (others run than at the look before)");
});

test("a task that was replaced once makes the count begin anew", async () => {
  const { work } = check([{ tasks: { a: wanted } }, { tasks: { b: wanted } }]);
  expect((await work()).outputs.requests).toBe("5");
});

test("a service that is to run nothing is well when nothing runs", async () => {
  const { outputs, summary } = await check([{ tasks: {}, desired: 0 }]).work();
  expect(outputs).toEqual({ requests: "3", "answered-digest": "" });
  expect(summary).toContain("| Asked | ECS (0 of 0 tasks) |");
});

test.each([
  [{ healthCheckPath: "/healthz" }, "Input `url` () must not be empty where `health-check-path` (/healthz) is set"],
  [{ versionPath: "/version" }, "Input `url` () must not be empty where `version-path` (/version) is set"],
  [{ cluster: "", service: "", digest: "" }, "Input `url` () must not be empty without `cluster` and `service`"],
  [{ cluster: "" }, "Input `cluster` () must not be empty where `service` is set"],
])("an address that is missing by mistake is no reason to ask less: %j", async (changes, message) => {
  const { work, ecs } = check([{ tasks: { a: wanted } }], { dryRun: true, ...changes });
  expect((await failureFrom(work)).message).toContain(message);
  expect(ecs.names()).toEqual([]);
});
