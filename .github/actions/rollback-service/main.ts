import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("rollback-service", async ({ log, signal }) => {
  const input = {
    cluster: inputs.required("cluster"),
    service: inputs.required("service"),
    to: inputs.text("to") || "previous-successful",
    reason: inputs.text("reason"),
    allowAgain: inputs.flag("allow-again"),
    dryRun: inputs.flag("dry-run"),
    timeoutMinutes: inputs.integer("timeout-minutes", { min: 1, max: 360 }) ?? 30,
    pollSeconds: inputs.integer("poll-seconds", { min: 1, max: 60 }) ?? 5,
  };
  const { rollbackService } = await import("./rollback-service.ts");
  const { ecsClient } = await import("@slipway/ecs-deploy/service");
  const ecr = async (region: string) => (await import("@slipway/ecs-deploy/images")).ecrClient(region);
  return rollbackService(input, { ecs: ecsClient(), ecr, log, signal });
});
