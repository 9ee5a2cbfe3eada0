import type { S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig, clientOptions, sha256, type Variables } from "@slipway/core";
import type { Manifest } from "./manifest.ts";

/** Where plans are put: written once under their own hash, never overwritten, never read back. */
export interface PlanStore {
  /** Each returns the hash. */
  putPlan(bytes: Uint8Array): Promise<string>;
  putLock(text: string): Promise<string>;
  /** Returns the plan's id. */
  putManifest(manifest: Manifest): Promise<string>;
}

/** The plans of one environment in its state bucket, which expire after seven days. */
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

/** Where the plan files of one environment are. */
export interface PlanLocation {
  readonly bucket: string;
  readonly environment: string;
  readonly region: string;
  /** The runner's variables, for the client. */
  readonly variables: Variables;
}

const endings = { plan: "tfplan", lock: "lock.hcl", manifest: "json" } as const;

export type StoredKind = keyof typeof endings;

/** Key of a stored file: its name is the hash of what is in it. */
export function planKey({ environment }: PlanLocation, kind: StoredKind, hash: string): string {
  return `plans/${environment}/${hash}.${endings[kind]}`;
}

/** A client of S3, loaded on first use. */
export async function s3Client(region: string, variables: Variables): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({ ...awsClientConfig(variables), ...clientOptions, region });
}
