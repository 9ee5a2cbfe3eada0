import { ECRClient } from "@aws-sdk/client-ecr";
import { clientOptions } from "@slipway/core";

/** A client of the registry; of another region than the session's when one is given. */
export function ecrClient(region?: string): ECRClient {
  return new ECRClient(region ? { ...clientOptions, region } : clientOptions);
}
