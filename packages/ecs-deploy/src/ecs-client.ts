import { ECSClient } from "@aws-sdk/client-ecs";
import { clientOptions } from "@slipway/core";

export function ecsClient(): ECSClient {
  return new ECSClient(clientOptions);
}
