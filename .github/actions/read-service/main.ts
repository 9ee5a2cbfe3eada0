import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("read-service", async ({ log }) => {
  const input = {
    cluster: inputs.required("cluster"),
    service: inputs.required("service"),
    digest: inputs.required("digest"),
  };
  const { readService } = await import("./read-service.ts");
  const { ecsClient } = await import("@slipway/ecs-deploy/service");
  return readService(input, { ecs: ecsClient(), log });
});
