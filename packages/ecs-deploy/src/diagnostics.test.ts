import { describeDiagnostics, groupStoppedTasks, mostRelevantLine } from "./diagnostics.ts";

const crashed = (id: string) => ({
  taskArn: `arn:aws:ecs:ap-northeast-2:1:task/c/${id}`,
  stopCode: "EssentialContainerExited" as const,
  stoppedReason: "Essential container in task exited",
  containers: [
    { name: "proxy", exitCode: 0 },
    { name: "web", exitCode: 1 },
  ],
});

test("tasks that stopped for the same reason are one group, named by the container that failed", () => {
  const [group, ...others] = groupStoppedTasks([crashed("1"), crashed("2"), crashed("3")]);
  expect(others).toEqual([]);
  expect(group).toMatchObject({
    count: 3,
    container: "web",
    exitCode: "1",
    example: { taskArn: expect.stringMatching(/\/1$/) },
  });
});

test("ids in a reason do not keep equal reasons apart", () => {
  const unhealthy = (id: string) => ({
    stopCode: "ServiceSchedulerInitiated" as const,
    stoppedReason: `Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:r:1:targetgroup/web/${id})`,
    containers: [{ name: "web", exitCode: 137 }],
  });
  const groups = groupStoppedTasks([unhealthy("50dc6c495c0c9188"), unhealthy("60dc6c495c0c9199")]);
  expect(groups).toMatchObject([{ count: 2, reason: "Task failed ELB health checks in (target-group web)" }]);
});

test("where a container listens stays, and the address of a task does not keep reasons apart", () => {
  const stopped = (address: string, exitCode: number) => ({
    stopCode: "ServiceSchedulerInitiated" as const,
    stoppedReason: "Task failed ELB health checks",
    containers: [{ name: "web", exitCode, reason: `it listens on 127.0.0.1:8000, 0.0.0.0:80 and ${address}:9000` }],
  });
  const groups = groupStoppedTasks([stopped("172.17.0.3", 1), stopped("172.17.0.4", 1)]);
  const reason = "Task failed ELB health checks: it listens on 127.0.0.1:8000, 0.0.0.0:80 and …:9000";
  expect(groups).toMatchObject([{ count: 2, reason }]);
  const shown = groups.map((group) => ({ ...group, lines: ["Error: shutting down"], missing: "" }));
  expect(describeDiagnostics({ groups: shown, missing: "" })).toBe(`2 tasks: \`web\` exit 1 "${reason}"`);
});

const noWay =
  "(no way from subnet-0a1b2c3d4e5f67890 to ecr.api, ssm, logs: no endpoint, no NAT gateway in the routes of rtb-0123456789abcdef0)";

test.each([
  `ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. ${noWay}`,
  `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration. ${noWay}`,
  `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: RequestError: send request failed caused by: Post "https://logs.eu-west-1.amazonaws.com/": dial tcp: i/o timeout ${noWay}`,
])("what a task does not reach stays readable, but for the word behind `auth:`: %s", (stoppedReason) => {
  const task = { stopCode: "TaskFailedToStart" as const, stoppedReason, containers: [{ name: "web" }] };
  expect(groupStoppedTasks([task, task])).toMatchObject([
    { count: 2, reason: stoppedReason.replace(/(registry auth:) \S+/, "$1 •••") },
  ]);
});

test("what the rollback stops is left out where something failed", () => {
  const scaledIn = {
    stopCode: "ServiceSchedulerInitiated" as const,
    stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)",
    containers: [],
  };
  expect(groupStoppedTasks([scaledIn, crashed("1"), scaledIn])).toMatchObject([{ count: 1, container: "web" }]);
  expect(groupStoppedTasks([scaledIn])).toHaveLength(1);
});

test("an image that cannot be pulled has no exit code, but a reason", () => {
  const task = {
    stopCode: "TaskFailedToStart" as const,
    stoppedReason: "CannotPullContainerError: not found",
    containers: [{ name: "web" }],
  };
  const groups = groupStoppedTasks([task]).map((group) => ({ ...group, lines: [], missing: "" }));
  expect(describeDiagnostics({ groups, missing: "" })).toBe("1 task: `web` CannotPullContainerError: not found");
});

test("the sentence quotes the log line that names the error", () => {
  const lines = [
    "Traceback (most recent call last):",
    "django.core.exceptions.ImproperlyConfigured: SECRET_KEY",
    "[INFO] Shutting down",
  ];
  const groups = groupStoppedTasks([crashed("1"), crashed("2")]).map((group) => ({ ...group, lines, missing: "" }));
  expect(describeDiagnostics({ groups, missing: "" })).toBe(
    '2 tasks: `web` exit 1 "django.core.exceptions.ImproperlyConfigured: SECRET_KEY"',
  );
});

test("the telling line is an error, a line that sounds like one, or the last", () => {
  expect(mostRelevantLine(["ValueError: x", "bye"])).toBe("ValueError: x");
  expect(mostRelevantLine(["connection refused by db", "bye"])).toBe("connection refused by db");
  expect(mostRelevantLine(["one", "two", " "])).toBe("two");
  expect(mostRelevantLine([])).toBe("");
});
