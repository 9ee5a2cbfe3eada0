import { awsError } from "@slipway/core/testing/aws-error";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";

export interface StoredObject {
  readonly Body: Buffer;
  readonly ContentType?: string;
  readonly CacheControl?: string;
}

/** An S3 bucket in memory with pages of two keys and conditional writes. */
export function fakeBucket(bucket: string) {
  const objects = new Map<string, StoredObject>();
  const check = (name: string) => {
    if (name !== bucket) throw awsError("NoSuchBucket", "The specified bucket does not exist");
  };
  const { client, names } = fakeClient({
    ListObjectsV2: ({ Bucket, Prefix, ContinuationToken = "" }) => {
      check(Bucket);
      const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix) && key > ContinuationToken).sort();
      const Contents = keys.slice(0, 2).map((Key) => ({ Key, Size: objects.get(Key)?.Body.length }));
      return { Contents, ...(keys.length > 2 && { NextContinuationToken: keys[1] }) };
    },
    GetObject: ({ Bucket, Key }) => {
      check(Bucket);
      const found = objects.get(Key);
      if (found === undefined) throw awsError("NoSuchKey");
      return { Body: { transformToString: async () => found.Body.toString() } };
    },
    PutObject: ({ Bucket, Key, IfNoneMatch, Body, ...rest }) => {
      check(Bucket);
      if (IfNoneMatch !== "*") throw awsError("AccessDenied", "only conditional writes are allowed");
      if (objects.has(Key)) throw awsError("PreconditionFailed");
      objects.set(Key, { Body, ...rest });
      return {};
    },
  });
  return { s3: client, objects, names, keys: () => [...objects.keys()].sort() };
}
