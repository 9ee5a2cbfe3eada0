import { type AwsClientConfig, awsClientConfig, type Variables } from "@slipway/core";
import { EngineError } from "../engine-error.ts";
import { cloudfrontFinders } from "./cloudfront.ts";
import { ec2Finders } from "./ec2.ts";
import { containerFinders } from "./ecs-ecr.ts";
import type { Finder, Values } from "./finder.ts";
import { httpApiFinders } from "./http-api.ts";
import { accessFinders, accountFinders } from "./iam.ts";
import { loadBalancerFinders } from "./load-balancing.ts";
import { nameFinders } from "./names.ts";
import { s3Finders } from "./s3.ts";

/** A resource that a plan would create, with the attribute values known at plan time. */
export interface PlannedCreate {
  readonly address: string;
  readonly type: string;
  readonly values: Values;
}

/** Finds the objects of planned creates that already exist after an interrupted apply: address to import id. */
export type ImportFinder = (targets: readonly PlannedCreate[]) => Promise<Readonly<Record<string, string>>>;

/**
 * Looks in AWS (endpoint, credentials and region from `variables`). Types it does not know are left to be created: those that
 * AWS writes over without complaint (policies of a role or repository) need nothing else.
 */
export function createImportFinder(
  variables: Variables,
  finders = allFinders(awsClientConfig(variables)),
): ImportFinder {
  return async (targets) => {
    const found: Record<string, string> = {};
    const used = new Set<string>();
    for (const { address, type, values } of targets) {
      const id = await find(finders[type], values, address);
      if (id === undefined || used.has(`${type} ${id}`)) continue;
      used.add(`${type} ${id}`);
      found[address] = id;
    }
    return found;
  };
}

function allFinders(config: AwsClientConfig): Readonly<Record<string, Finder>> {
  return {
    ...ec2Finders(config),
    ...loadBalancerFinders(config),
    ...containerFinders(config),
    ...accountFinders(config),
    ...accessFinders(config),
    ...s3Finders(config),
    ...nameFinders(config),
    ...cloudfrontFinders(config),
    ...httpApiFinders(config),
  };
}

async function find(finder: Finder | undefined, values: Values, address: string): Promise<string | undefined> {
  try {
    return await finder?.(values);
  } catch (error) {
    throw new EngineError(
      `looking for ${address} after an interrupted apply failed: ${(error as Error).message}`,
      "run again",
    );
  }
}
