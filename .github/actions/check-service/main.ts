import { pause } from "@slipway/core/time";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("check-service", async ({ log, signal }) => {
  const input = {
    url: inputs.text("url"),
    healthCheckPath: inputs.text("health-check-path"),
    versionPath: inputs.text("version-path"),
    cluster: inputs.text("cluster"),
    service: inputs.text("service"),
    digest: inputs.text("digest"),
    answers: inputs.integer("answers", { min: 1, max: 100 }) ?? 5,
    timeoutSeconds: inputs.integer("timeout-seconds", { min: 1, max: 600 }) ?? 60,
    connectTo: inputs.text("connect-to"),
    dryRun: inputs.flag("dry-run"),
  };
  const { checkService } = await import("./check-service.ts");
  const wait = (milliseconds: number) => pause(milliseconds, signal);
  const ecs = async () => (await import("@slipway/ecs-deploy/service")).ecsClient();
  return checkService(input, { ecs, log, signal, wait, now: () => performance.now() });
});
