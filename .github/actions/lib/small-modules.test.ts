import { breaker } from "@slipway/ecs-deploy/breaker";
import { consoleUrl } from "@slipway/ecs-deploy/console-url";
import { EventLog } from "@slipway/ecs-deploy/event-log";
import { isSettled } from "@slipway/ecs-deploy/is-settled";
import { templateContainers } from "@slipway/ecs-deploy/template-containers";

test("the console's address names region, cluster and service", () => {
  expect(consoleUrl("arn:aws:ecs:ap-northeast-2:1:service/prod/web")).toBe(
    "https://ap-northeast-2.console.aws.amazon.com/ecs/v2/clusters/prod/services/web/deployments?region=ap-northeast-2",
  );
});

test("each event is told once, oldest first, with its time, and none from before", () => {
  const event = (id: string, second: number) => ({
    id,
    message: `event ${id}`,
    createdAt: new Date(Date.UTC(2026, 0, 1, 12, 0, second)),
  });
  const log = new EventLog([event("old", 1)]);
  expect(log.next([event("b", 3), event("a", 2), event("old", 1)])).toEqual(["12:00:02  event a", "12:00:03  event b"]);
  expect(log.next([event("b", 3)])).toEqual([]);
  expect(log.lines).toHaveLength(2);
});

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

test("a service is settled when its primary deployment is complete at its count", () => {
  const settled = {
    desiredCount: 2,
    runningCount: 2,
    deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED" as const }],
  };
  expect(isSettled(settled)).toBe(true);
  expect(isSettled({ ...settled, runningCount: 1 })).toBe(false);
  expect(isSettled({ ...settled, deployments: [{ status: "PRIMARY", rolloutState: "IN_PROGRESS" }] })).toBe(false);
});

test("only the template's placeholder is a placeholder", () => {
  const image = (name: string, uri: string) => ({ name, image: uri });
  const containerDefinitions = [
    image("a", "x/web:template"),
    image("b", "x/template:1"),
    image("c", "x/web:template-2"),
  ];
  expect(templateContainers({ containerDefinitions })).toEqual(["a"]);
});

test("more failures than the breaker's threshold are not told as a share of it", () => {
  const record = (failureCount: number) => ({ deploymentCircuitBreaker: { failureCount, threshold: 3 } });
  expect(breaker({}, "d", record(3))).toBe("3 of 3 failures");
  expect(breaker({}, "d", record(4))).toBe("4 failures, threshold 3");
});
