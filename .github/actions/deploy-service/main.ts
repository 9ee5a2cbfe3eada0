import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("deploy-service", async ({ log, signal }) => {
  const input = {
    cluster: inputs.required("cluster"),
    service: inputs.required("service"),
    taskDefinition: inputs.required("task-definition"),
    imageDefinitions: inputs.text("image-definitions") || "imagedefinitions.json",
    desiredCount: inputs.integer("desired-count", { min: 0, max: 5000 }),
    environment: inputs.pairs("environment-variables"),
    timeoutMinutes: inputs.integer("timeout-minutes", { min: 1, max: 360 }) ?? 30,
    pollSeconds: inputs.integer("poll-seconds", { min: 1, max: 60 }) ?? 5,
    migrateCommand: inputs.words("migrate-command"),
    migrateTimeoutMinutes: inputs.integer("migrate-timeout-minutes", { min: 1, max: 360 }) ?? 15,
    allowRolledBack: inputs.flag("allow-rolled-back"),
    runId: inputs.integer("run-id", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    allowOlder: inputs.flag("allow-older"),
    dryRun: inputs.flag("dry-run"),
  };
  const { readImageDefinitions } = await import("@slipway/ecs-deploy/images");
  const images = await readImageDefinitions(input.imageDefinitions);
  const { deployService } = await import("./deploy-service.ts");
  const { ecsClient } = await import("@slipway/ecs-deploy/service");
  return deployService({ ...input, images }, { ecs: ecsClient(), log, signal });
});
