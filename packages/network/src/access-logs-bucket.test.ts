import { synth } from "@slipway/testing";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";
import { Network } from "./network.ts";

function balancer(props: Partial<LoadBalancerProps> = {}) {
  return synth((scope) => {
    const network = new Network(scope, "network", { name: "shop", availabilityZones: ["eu-west-1a", "eu-west-1b"] });
    new LoadBalancer(scope, "balancer", { name: "shop", network, ...props });
  });
}

const settings = [
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
];

test("access logs add a bucket and change one block of the load balancer", () => {
  const without = balancer();
  const json = balancer({ accessLogs: "on" });
  const added = json.addresses.filter((address) => !without.addresses.includes(address));
  expect(added.map((address) => address.replace(/\..*/, "")).sort()).toEqual(["aws_s3_bucket", ...settings]);
  const { access_logs, depends_on, ...rest } = json.one("aws_lb");
  expect(rest).toEqual(without.one("aws_lb"));
  expect(access_logs).toEqual({ bucket: expect.stringContaining("access-logs_bucket"), enabled: true });
  // The policy waits for the two settings that decide who can write at all.
  expect(depends_on.join()).toMatch(/aws_s3_bucket_policy\.\S+,aws_s3_bucket_server_side_encryption/);
  expect(json.one("aws_s3_bucket_policy").depends_on.join()).toMatch(/public_access_block\.\S+,\S+ownership_controls/);
});

test("the bucket is private, encrypted as load balancers can write, its owner's, and empties itself", () => {
  const json = balancer({ accessLogs: "on" });
  const name = /^shop-lb-logs-\$\{aws_security_group\.balancer_security-group_\w+\.owner_id\}$/;
  expect(json.one("aws_s3_bucket").bucket).toMatch(name);
  expect(json.one("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(json.one("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
    { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
  ]);
  expect(json.one("aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  expect(json.one("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    { expiration: [{ days: 90 }], abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
  ]);
});

test("only the delivery of this account's load balancers writes, and nobody does anything without TLS", () => {
  const { Statement } = JSON.parse(balancer({ accessLogs: "on" }).one("aws_s3_bucket_policy").policy);
  expect(Statement).toEqual([
    {
      Sid: "LogDelivery",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: expect.stringMatching(/\.arn\}\/AWSLogs\/\$\{aws_security_group\.\S+\.owner_id\}\/\*$/),
    },
    expect.objectContaining({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [expect.stringMatching(/\.arn\}$/), expect.stringMatching(/\.arn\}\/\*$/)],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    }),
  ]);
});

test("without access logs nothing is said of them, which turns them off where they were on", () => {
  expect(balancer({ accessLogs: "off" }).json).toEqual(balancer().json);
  expect(balancer().one("aws_lb")).not.toHaveProperty("access_logs");
});

test("a bucket that goes is destroyed after the load balancer has stopped writing", () => {
  const json = balancer({ accessLogs: "on" });
  for (const type of ["aws_s3_bucket", ...settings]) {
    expect([type, json.one(type).lifecycle]).toEqual([type, expect.objectContaining({ create_before_destroy: true })]);
  }
});

test("protection decides whether logs can be destroyed with their bucket", () => {
  const bucket = (props: Partial<LoadBalancerProps>) => balancer({ accessLogs: "on", ...props }).one("aws_s3_bucket");
  expect(bucket({})).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
  expect(bucket({ protection: "none" }).force_destroy).toBe(true);
  expect(bucket({ protection: "none" }).lifecycle).not.toHaveProperty("prevent_destroy");
});

test("a long name leaves room for the account, and upper case is refused, as S3 would", () => {
  const name = "this-is-a-very-long-project-name-that-goes-on-production";
  const [prefix] = balancer({ accessLogs: "on", name }).one("aws_s3_bucket").bucket.split("-lb-logs-");
  expect(prefix.length).toBe(42);
  expect(() => balancer({ accessLogs: "on", name: "Shop" })).toThrow(
    "name (Shop) must be lower case for access logs, whose bucket has it; rename it.",
  );
  expect(() => balancer({ name: "Shop" })).not.toThrow();
});
