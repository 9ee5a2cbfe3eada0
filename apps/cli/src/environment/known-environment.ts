import { Failure } from "@slipway/core";
import { type Environment, environment } from "@slipway/infra";

/** The environment of a key; what is wrong with the key or with `environments.ts` is the reader's to mend, so it is one sentence. */
export function knownEnvironment(key: string): Environment {
  try {
    return environment(key);
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}
