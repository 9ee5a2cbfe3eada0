import type { Variables } from "../engine/variables.ts";

export interface MissingSecret {
  readonly service: string;
  /** Name of the environment variable, e.g. SECRET_KEY. */
  readonly name: string;
  /** Name of the SSM parameter. */
  readonly parameter: string;
}

/** Secrets of the environment's services that have no value yet. */
export async function missingSecrets(_environment: string, _variables: Variables): Promise<readonly MissingSecret[]> {
  return [];
}
