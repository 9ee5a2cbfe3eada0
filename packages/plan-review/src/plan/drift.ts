import type { Step } from "./plan-model.ts";

/** Attributes that deployments and scaling own: by type, the first step of their paths. */
const owned: { readonly [type: string]: readonly string[] } = {
  // deploy-service owns image and count, CodeDeploy swaps the target groups.
  aws_ecs_service: ["task_definition", "desired_count", "load_balancer"],
  aws_autoscaling_group: ["desired_capacity"],
  // Scheduled actions move the bounds.
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_dynamodb_table: ["read_capacity", "write_capacity"],
};

/** True for what a deployment or scaling changes by design: no drift. */
export function isExpectedDrift(type: string, path: readonly Step[]): boolean {
  const first = String(path[0]?.key ?? "");
  if (owned[type]?.includes(first)) return true;
  // The actions leave their notes in tags of their own.
  return /^tags(_all)?$/.test(first) && String(path[1]?.key ?? "").startsWith("slipway:");
}
