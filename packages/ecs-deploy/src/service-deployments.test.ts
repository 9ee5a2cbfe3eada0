import { breaker } from "./service-deployments.ts";

test("the breaker is shown with its threshold: AWS's own figure, else the documented default", () => {
  const service = {
    deployments: [{ id: "d", failedTasks: 1, desiredCount: 10 }],
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  };
  expect(breaker(service, "d", undefined)).toBe("1 of 5 failures");
  expect(breaker(service, "d", { deploymentCircuitBreaker: { failureCount: 3, threshold: 4 } })).toBe(
    "3 of 4 failures",
  );
  expect(breaker({ ...service, deploymentConfiguration: {} }, "d", undefined)).toBe("");
});

test("more failures than the breaker's threshold are not shown as a share of it", () => {
  const record = (failureCount: number) => ({ deploymentCircuitBreaker: { failureCount, threshold: 3 } });
  expect(breaker({}, "d", record(3))).toBe("3 of 3 failures");
  expect(breaker({}, "d", record(4))).toBe("4 failures, threshold 3");
});
