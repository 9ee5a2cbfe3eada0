import { arn } from "./fake-ecs.ts";

/** A primary deployment of two tasks, complete unless `rest` says otherwise. */
export const primary = (revision: number, rest: object = {}) => ({
  id: `ecs-svc/${revision}`,
  status: "PRIMARY",
  taskDefinition: arn(revision),
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  rolloutState: "COMPLETED" as const,
  ...rest,
});

/** A service of two tasks with these deployments, at the revision of the first. */
export const at = (...deployments: ReturnType<typeof primary>[]) => ({
  taskDefinition: deployments[0]?.taskDefinition ?? "",
  desiredCount: 2,
  runningCount: 2,
  deployments,
});
