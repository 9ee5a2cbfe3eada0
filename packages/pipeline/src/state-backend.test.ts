import type { PolicyStatement } from "@slipway/core";
import { synth } from "@slipway/testing";
import { StateBackend, type StateBackendProps } from "./state-backend.ts";

let states: StateBackend;

function backend(props: Partial<StateBackendProps> = {}) {
  return synth((scope) => {
    states = new StateBackend(scope, "states", { bucketName: "shop-state", ...props });
  });
}

const json = backend();
const statements = (): PolicyStatement[] => JSON.parse(json.one("aws_s3_bucket_policy").policy).Statement;

test("every version of a state is kept, encrypted, private and the account's own", () => {
  expect(json.one("aws_s3_bucket")).toMatchObject({ bucket: "shop-state" });
  expect(json.one("aws_s3_bucket").force_destroy).toBeUndefined();
  expect(json.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  expect(json.one("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
    { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
  ]);
  expect(json.one("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(json.one("aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
});

test("nothing of it can be destroyed, in any mode", () => {
  const resources = Object.values<Record<string, { lifecycle?: object }>>(json.json.resource).flatMap((each) =>
    Object.values(each),
  );
  expect(resources).toHaveLength(7);
  for (const { lifecycle } of resources) expect(lifecycle).toEqual({ prevent_destroy: true });
});

test("plain HTTP and old TLS are refused to everybody, for the bucket and all in it", () => {
  for (const statement of statements()) {
    expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Action: "s3:*" });
    expect(statement.Resource).toEqual([
      expect.stringMatching(/^\$\{aws_s3_bucket\.\w+\.arn\}$/),
      expect.stringMatching(/^\$\{aws_s3_bucket\.\w+\.arn\}\/\*$/),
    ]);
  }
  expect(statements().map(({ Condition }) => Condition)).toEqual([
    { Bool: { "aws:SecureTransport": "false" } },
    { NumericLessThan: { "s3:TlsVersion": "1.2" } },
  ]);
});

const rules = (props: Partial<StateBackendProps>) => {
  const { rule } = backend(props).one("aws_s3_bucket_lifecycle_configuration");
  return Object.fromEntries(rule.map((each: { id: string }) => [each.id, each]));
};

test("promises expire after a week, and nothing of them stays longer than a day; so do plan files of earlier versions", () => {
  expect(rules({}).plans.filter).toEqual([{ prefix: "plans/" }]);
  expect(rules({}).promises).toEqual({
    id: "promises",
    status: "Enabled",
    filter: [{ prefix: "promises/" }],
    expiration: [{ days: 7 }],
    noncurrent_version_expiration: [{ noncurrent_days: 1 }],
  });
  expect(rules({ promisePrefix: "a/b/", promiseExpirationDays: 3 }).promises).toMatchObject({
    filter: [{ prefix: "a/b/" }],
    expiration: [{ days: 3 }],
  });
});

test("earlier versions of a state stay for three months, the last ten for ever, and no state ever expires", () => {
  expect(rules({}).states).toEqual({
    id: "states",
    status: "Enabled",
    filter: [{ prefix: "" }],
    expiration: [{ expired_object_delete_marker: true }],
    noncurrent_version_expiration: [{ noncurrent_days: 90, newer_noncurrent_versions: 10 }],
    abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
  });
  expect(rules({ stateVersionDays: 400 }).states.noncurrent_version_expiration[0].noncurrent_days).toBe(400);
});

/** `action: key, key` of the statements that allow something in the bucket, the ARN left out. */
function allowed(of: readonly PolicyStatement[]): Record<string, string[]> {
  const rights: Record<string, string[]> = {};
  for (const { Effect, Action, Resource } of of) {
    expect(Effect).toBe("Allow");
    for (const action of [Action].flat()) {
      const keys = [Resource].flat().map((each) => each.replace(/^\$\{TfToken\[TOKEN\.\d+\]\}\/?/, ""));
      rights[action] = [...(rights[action] ?? []), ...keys].sort();
    }
  }
  return rights;
}

const readable = ["*.applied.json", "*.applying.json", "*.tfstate", "*.tfstate.tflock"];

test("a role that plans reads states, adds promises, reads none of them and takes no lock", () => {
  expect(allowed(states.planWriterStatements())).toEqual({
    "s3:GetBucketLocation": [""],
    "s3:ListBucket": [""],
    "s3:GetObject": readable,
    "s3:PutObject": ["promises/*"],
  });
});

test("a role that applies writes states and locks and reads what was reviewed, and adds plans of main only; it deletes no state and no promise", () => {
  expect(allowed(states.applyStatements())).toEqual({
    "s3:GetBucketLocation": [""],
    "s3:ListBucket": [""],
    "s3:GetObject": [...readable, "promises/*"],
    "s3:PutObject": [...readable, "bundles/*", "promises/*/main/*"],
    "s3:DeleteObject": ["*.applied.json", "*.applying.json", "*.tfstate.tflock"],
  });
});

test("what is stored is never replaced, neither promises nor bundles: who adds one must say that none is there", () => {
  const adding = [...states.planWriterStatements(), ...states.applyStatements()].filter(({ Sid }) =>
    Sid?.startsWith("Add"),
  );
  expect(adding.map(({ Sid }) => Sid)).toEqual(["AddPromises", "AddPromises", "AddBundles"]);
  for (const each of adding) expect(each.Condition).toEqual({ Null: { "s3:if-none-match": "false" } });
});

test.each(["Shop", "shop.state", "sh", "-shop", "xn--shop", "shop--x-s3", "s".repeat(64)])(
  "the name %s is refused",
  (bucketName) => {
    expect(() => backend({ bucketName })).toThrow(
      `bucketName (${bucketName}) must be 3 to 63 lower-case letters, digits and hyphens, without S3's own beginnings and ends; rename it.`,
    );
  },
);

test.each(["", "promises", "/promises/", "promises/*/"])("the prefix %j is refused", (promisePrefix) => {
  expect(() => backend({ promisePrefix })).toThrow(
    `promisePrefix (${promisePrefix}) must be folder names that each end with /; write for example promises/.`,
  );
});

test.each(["promiseExpirationDays", "stateVersionDays"] as const)(
  "%s of 0 is refused, not replaced by the default",
  (prop) => {
    expect(() => backend({ [prop]: 0 })).toThrow(
      `${prop} (0) must be a whole number of days from 1; leave it out for the default.`,
    );
  },
);
