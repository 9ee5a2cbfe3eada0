import { ActionFailure, sha256 } from "@slipway/core";
import { commands } from "../next-commands.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { type PlanLocation, planKey, type StoredKind, s3Client } from "./plan-store.ts";

/** What was planned, each file checked against the hash that names it. */
export interface StoredPlans {
  getManifest(id: string): Promise<Manifest>;
  getPlan(hash: string): Promise<Uint8Array>;
  getLock(hash: string): Promise<string>;
}

/** Reads what `planStore` put. */
export function storedPlans(location: PlanLocation): StoredPlans {
  const { bucket, environment } = location;
  const again = `plan again: ${commands.plan(environment)}`;
  const get = async (kind: StoredKind, hash: string): Promise<Uint8Array> => {
    const client = await s3Client(location.region, location.variables);
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const key = planKey(location, kind, hash);
    let bytes: Uint8Array | undefined;
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      bytes = await Body?.transformToByteArray();
    } catch (error) {
      if (!(error instanceof Error) || !/^(NoSuchKey|NotFound)$/.test(error.name)) throw error;
      const what = `The ${kind} (${hash}) is not in ${bucket}: plan files are kept for 7 days`;
      throw new ActionFailure("plan-expired", what, again, { cause: error });
    } finally {
      client.destroy();
    }
    if (bytes === undefined || sha256(bytes) !== hash) {
      throw new ActionFailure("plan-tampered", `The ${kind} (${key}) must have the SHA-256 that it is named by`, again);
    }
    return bytes;
  };
  return {
    async getManifest(id) {
      const found = manifestSchema.safeParse(parse(await get("manifest", id)));
      if (found.success) return found.data;
      const what = `The manifest (${id}) must be one that this version of the action wrote`;
      throw new ActionFailure("plan-tampered", what, again, { cause: found.error });
    },
    getPlan: (hash) => get("plan", hash),
    getLock: async (hash) => Buffer.from(await get("lock", hash)).toString("utf8"),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
