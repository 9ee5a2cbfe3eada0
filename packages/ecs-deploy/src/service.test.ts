import { consoleUrl, isSteady } from "./service.ts";

test("the console's address names region, cluster and service", () => {
  expect(consoleUrl("arn:aws:ecs:ap-northeast-2:1:service/prod/web")).toBe(
    "https://ap-northeast-2.console.aws.amazon.com/ecs/v2/clusters/prod/services/web/deployments?region=ap-northeast-2",
  );
});

test("a service is steady when its primary deployment is complete at its count", () => {
  const steady = {
    desiredCount: 2,
    runningCount: 2,
    deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED" as const }],
  };
  expect(isSteady(steady)).toBe(true);
  expect(isSteady({ ...steady, runningCount: 1 })).toBe(false);
  expect(isSteady({ ...steady, deployments: [{ status: "PRIMARY", rolloutState: "IN_PROGRESS" }] })).toBe(false);
});
