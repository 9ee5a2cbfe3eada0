import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lifecycleRules } from "../../apps/cli/src/environment/state-bucket.ts";

const golden = (stack: string) =>
  readFileSync(join(__dirname, `../../apps/infra/golden/staging/${stack}.tf.json`), "utf8");

test("the rules of the state bucket, as S3's API has them", () => {
  expect(lifecycleRules(golden("state"))).toEqual([
    {
      ID: "promises",
      Status: "Enabled",
      Filter: { Prefix: "promises/" },
      Expiration: { Days: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    {
      ID: "plans",
      Status: "Enabled",
      Filter: { Prefix: "plans/" },
      Expiration: { Days: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    {
      ID: "states",
      Status: "Enabled",
      Filter: { Prefix: "" },
      Expiration: { ExpiredObjectDeleteMarker: true },
      NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 10 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ]);
});

test("an attribute that has no name here is refused, not dropped", () => {
  const rule = { id: "cold", status: "Enabled", transition: [{ days: 30 }] };
  const definition = { resource: { aws_s3_bucket_lifecycle_configuration: { x: { bucket: "b", rule: [rule] } } } };
  expect(() => lifecycleRules(JSON.stringify(definition))).toThrow("lifecycle rule (transition) must be one that");
});

test("a stack without a bucket gives none", () => {
  expect(lifecycleRules(golden("network"))).toBeUndefined();
});
