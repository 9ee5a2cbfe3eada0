import { ECSClient } from "@aws-sdk/client-ecs";
import { clientOptions } from "./client-options.ts";

export function ecsClient(): ECSClient {
  return new ECSClient(clientOptions);
}
