import type { S3BucketLifecycleConfigurationRule } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";

export interface StateRetention {
  readonly planPrefix: string;
  readonly planExpirationDays: number;
  readonly stateVersionDays: number;
}

/** Versions of a state that stay however old they are: a stack that changes once a year can still go back. */
const keptVersions = 10;

/** What S3 removes by itself: plan files soon, earlier versions of a state late, uploads that never ended. */
export function stateLifecycle(retention: StateRetention): S3BucketLifecycleConfigurationRule[] {
  const { planPrefix, planExpirationDays, stateVersionDays } = retention;
  return [
    {
      id: "plans",
      status: "Enabled",
      filter: [{ prefix: planPrefix }],
      expiration: [{ days: planExpirationDays }],
      noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
    },
    {
      id: "states",
      status: "Enabled",
      // The whole bucket; of two rules for one object, S3 follows the shorter.
      filter: [{ prefix: "" }],
      // Every lock that is released leaves a marker.
      expiration: [{ expiredObjectDeleteMarker: true }],
      noncurrentVersionExpiration: [{ noncurrentDays: stateVersionDays, newerNoncurrentVersions: keptVersions }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
    },
  ];
}
