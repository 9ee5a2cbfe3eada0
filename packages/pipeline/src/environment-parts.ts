/** What only some environments have, by names: nothing of it has to be there yet. Roles get no right on what is not named. */
export interface EnvironmentParts {
  /** Domains of the zones that its names lie in. @default none: it has no zone and no certificate */
  readonly domains?: readonly string[];
  /** ARN of the bucket of its static files, which a distribution serves. @default none */
  readonly staticBucketArn?: string;
  /** ARN of the bucket for uploads. @default none */
  readonly mediaBucketArn?: string;
  /** "with-objects": what is in its buckets goes with them. @default "empty": only an empty bucket can be deleted */
  readonly bucketRemoval?: "empty" | "with-objects";
  /** @default "none" */
  readonly httpApi?: "none" | "functions";
  /** @default "none" */
  readonly flowLogs?: "none" | "logged";
}
