import type { S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig, clientOptions, type Variables } from "@slipway/core";
import { type PlanPromise, promiseId, promiseText } from "./promise.ts";

/** Where promises are put: once each, never overwritten, and not read by who plans. */
export interface PromiseStore {
  /** Returns the plan's id. */
  put(promise: PlanPromise): Promise<string>;
}

/** Where the promises of one environment are. */
export interface PromiseLocation {
  readonly bucket: string;
  readonly environment: string;
  readonly region: string;
  /** The runner's variables, for the client. */
  readonly variables: Variables;
}

/** The promises of one environment in its state bucket, which expire after seven days. `attempt`: how often the run was started. */
export function promiseStore(location: PromiseLocation, attempt: number): PromiseStore {
  return {
    async put(promise) {
      const client = await s3Client(location);
      try {
        await putOnce(client, {
          Bucket: location.bucket,
          Key: `${promisePrefix(location)}${keyOf(promise, attempt)}`,
          Body: promiseText(promise),
        });
      } finally {
        client.destroy();
      }
      return promiseId(promise);
    },
  };
}

/** A pull request's lies under the commit that GitHub will say was merged, one of main under its own hash. */
function keyOf(promise: PlanPromise, attempt: number): string {
  return promise.pr === null ? `main/${promiseId(promise)}.json` : `${promise.head}/${promise.runId}-${attempt}.json`;
}

/** What the keys of an environment's promises begin with. */
export function promisePrefix({ environment }: Pick<PromiseLocation, "environment">): string {
  return `promises/${environment}/`;
}

async function putOnce(client: S3Client, object: { Bucket: string; Key: string; Body: string }): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }));
      return;
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      // This run's own, whose answer was lost.
      if (name === "PreconditionFailed") return;
      // Somebody else is writing it, and may fail.
      if (name !== "ConditionalRequestConflict" || attempt === 5) throw error;
    }
  }
}

/** A client of S3, loaded on first use. */
export async function s3Client({ region, variables }: PromiseLocation): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({ ...awsClientConfig(variables), ...clientOptions, region });
}
