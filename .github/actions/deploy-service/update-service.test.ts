import type { Service } from "@aws-sdk/client-ecs";
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
  ["is being deployed by an earlier run", "join", service({ rolloutState: "IN_PROGRESS" }), 2],
  ["has not all its tasks yet", "join", service({}, { runningCount: 1 }), 2],
  ["failed with this revision and stayed there", "retry", service({ rolloutState: "FAILED" }), 2],
] as const)("a service that %s: %s", (_, update, seen, count) => {
  expect(plannedUpdate(seen, "web:2", count)).toBe(update);
});
