import type { S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig, clientOptions, type Variables } from "@slipway/core";

/** A client of S3, loaded on first use. */
export async function s3Client(region: string, variables: Variables): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({ ...awsClientConfig(variables), ...clientOptions, region });
}
