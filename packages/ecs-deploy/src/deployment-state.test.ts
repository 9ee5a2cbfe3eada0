import { evaluateDeployment, type Observation } from "./deployment-state.ts";

const own = { id: "ecs-svc/2", status: "PRIMARY", taskDefinition: "web:2", desiredCount: 2, runningCount: 2 };
const former = { id: "ecs-svc/1", status: "ACTIVE", taskDefinition: "web:1", desiredCount: 2, runningCount: 2 };

function evaluate(deployments: object[], rest: Partial<Observation> = {}) {
  return evaluateDeployment({
    deploymentId: "ecs-svc/2",
    taskDefinition: "web:2",
    previousTaskDefinition: "web:1",
    service: { deployments } as Observation["service"],
    record: undefined,
    wasSeen: true,
    wantedCount: undefined,
    ...rest,
  }).state;
}

describe("where the service-deployment API answers", () => {
  test.each([
    ["PENDING", "waiting"],
    ["IN_PROGRESS", "waiting"],
    ["STOP_REQUESTED", "waiting"],
    ["ROLLBACK_REQUESTED", "rolling-back"],
    ["ROLLBACK_IN_PROGRESS", "rolling-back"],
    ["ROLLBACK_SUCCESSFUL", "rolled-back"],
    ["ROLLBACK_FAILED", "failed"],
    ["STOPPED", "stopped"],
    ["SUCCESSFUL", "successful"],
  ] as const)("%s means %s", (status, state) => {
    expect(evaluate([own, former], { record: { status } })).toBe(state);
  });

  test("success is not believed when the service is at another revision", () => {
    expect(evaluate([{ ...former, status: "PRIMARY" }], { record: { status: "SUCCESSFUL" } })).toBe("superseded");
  });

  test("a deployment stopped by its breaker has failed, one stopped for another was superseded", () => {
    expect(
      evaluate([own], { record: { status: "STOPPED", deploymentCircuitBreaker: { status: "TRIGGERED" } as never } }),
    ).toBe("failed");
    expect(evaluate([{ ...own, id: "ecs-svc/3", taskDefinition: "web:3" }], { record: { status: "STOPPED" } })).toBe(
      "superseded",
    );
  });
});

describe("where only DescribeServices answers", () => {
  test("a deployment is complete when its rollout is and its tasks run", () => {
    expect(evaluate([{ ...own, rolloutState: "IN_PROGRESS" }, former])).toBe("waiting");
    expect(evaluate([{ ...own, rolloutState: "COMPLETED", runningCount: 1 }])).toBe("waiting");
    expect(evaluate([{ ...own, rolloutState: "COMPLETED" }])).toBe("successful");
  });

  test("a failed deployment that stays primary has no way back", () => {
    expect(evaluate([{ ...own, rolloutState: "FAILED" }])).toBe("failed");
  });

  const failed = { ...own, status: "ACTIVE", rolloutState: "FAILED" };
  const rollback = { ...former, id: "ecs-svc/3", status: "PRIMARY" };

  test("a failed deployment beside another primary is being rolled back, whatever their order", () => {
    expect(evaluate([failed, { ...rollback, rolloutState: "IN_PROGRESS" }])).toBe("rolling-back");
    expect(evaluate([{ ...rollback, rolloutState: "COMPLETED" }, failed])).toBe("rolled-back");
    expect(evaluate([failed, { ...rollback, rolloutState: "FAILED" }])).toBe("failed");
  });

  test("a deployment that is gone was rolled back when its predecessor is primary", () => {
    expect(evaluate([{ ...rollback, rolloutState: "COMPLETED" }])).toBe("rolled-back");
  });

  test("a deployment that is gone was superseded when a third revision is primary", () => {
    expect(evaluate([{ ...rollback, taskDefinition: "web:3", rolloutState: "COMPLETED" }])).toBe("superseded");
  });

  test("reads that lag behind the update are waited out", () => {
    expect(evaluate([{ ...former, status: "PRIMARY", rolloutState: "COMPLETED" }], { wasSeen: false })).toBe("waiting");
  });

  test("a changed count is waited for even if a read still has the old one", () => {
    const complete = { ...own, rolloutState: "COMPLETED" };
    expect(evaluate([complete], { wantedCount: 5 })).toBe("waiting");
    expect(evaluate([{ ...complete, desiredCount: 5, runningCount: 5 }], { wantedCount: 5 })).toBe("successful");
  });
});
