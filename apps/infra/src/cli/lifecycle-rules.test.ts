import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lifecycleRules } from "./lifecycle-rules.ts";

const golden = (stack: string) => readFileSync(join(__dirname, `../../golden/staging/${stack}.tf.json`), "utf8");

test("the rules of the state bucket, as S3's API has them", () => {
  expect(lifecycleRules(golden("state"))).toEqual([
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

test("a stack without a bucket gives none", () => {
  expect(lifecycleRules(golden("network"))).toBeUndefined();
});
