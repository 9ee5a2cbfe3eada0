import type { PolicyStatement } from "@slipway/core";

/** Refuses whoever does not speak TLS 1.2 or newer, the account's owner included. It allows nothing: that is up to the roles. */
export function stateBucketPolicy(bucketArn: string): string {
  const refuse = (sid: string, condition: NonNullable<PolicyStatement["Condition"]>): PolicyStatement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: condition,
  });
  const statements = [
    refuse("OnlyTls", { Bool: { "aws:SecureTransport": "false" } }),
    refuse("OnlyTls12", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
