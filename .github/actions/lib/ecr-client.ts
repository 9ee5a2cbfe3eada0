import { ECRClient } from "@aws-sdk/client-ecr";
import { clientOptions } from "./client-options.ts";

/** A client of the registry; of another region than the session's when one is given. */
export function ecrClient(region?: string): ECRClient {
  return new ECRClient(region ? { ...clientOptions, region } : clientOptions);
}
