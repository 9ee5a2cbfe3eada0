import { ActionFailure } from "@slipway/core/failure";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("read-service", async ({ log }) => {
  const input = {
    cluster: inputs.required("cluster"),
    services: inputs.list("service"),
    digest: inputs.required("digest"),
  };
  if (input.services.length === 0)
    throw new ActionFailure("input-invalid", "Input `service` () must not be empty", "set it under `with:`");
  const { readService } = await import("./read-service.ts");
  const { ecsClient } = await import("@slipway/ecs-deploy/service");
  return readService(input, { ecs: ecsClient(), log });
});
