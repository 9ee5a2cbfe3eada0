import type { S3Client } from "@aws-sdk/client-s3";
import { sha256 } from "@slipway/core";
import type { Manifest } from "./manifest.ts";
import { type PlanLocation, planKey, type StoredKind } from "./plan-location.ts";
import { s3Client } from "./s3-client.ts";

/** Where plans are put: written once under their own hash, never overwritten, never read back. */
export interface PlanStore {
  /** Each returns the hash. */
  putPlan(bytes: Uint8Array): Promise<string>;
  putLock(text: string): Promise<string>;
  /** Returns the plan's id. */
  putManifest(manifest: Manifest): Promise<string>;
}

/** The plans of one environment in its state bucket, encrypted as the bucket has it, gone after the bucket's seven days. */
export function planStore(location: PlanLocation): PlanStore {
  const put = async (kind: StoredKind, content: Uint8Array) => {
    const hash = sha256(content);
    const client = await s3Client(location.region, location.variables);
    try {
      await putOnce(client, { Bucket: location.bucket, Key: planKey(location, kind, hash), Body: content });
    } finally {
      client.destroy();
    }
    return hash;
  };
  return {
    putPlan: (bytes) => put("plan", bytes),
    putLock: (text) => put("lock", Buffer.from(text)),
    putManifest: (manifest) => put("manifest", Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)),
  };
}

async function putOnce(client: S3Client, object: { Bucket: string; Key: string; Body: Uint8Array }): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }));
      return;
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      // The name is the hash of the content: what is there is the same.
      if (name === "PreconditionFailed") return;
      // Somebody else is writing it, and may fail.
      if (name !== "ConditionalRequestConflict" || attempt === 5) throw error;
    }
  }
}
