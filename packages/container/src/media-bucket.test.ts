import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { synth } from "@slipway/testing";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { MediaBucket, type MediaBucketProps } from "./media-bucket.ts";

const own = { name: "shop", account: "111111111111" };

function media(props: Partial<MediaBucketProps> = {}, use: (media: MediaBucket, scope: Construct) => void = () => {}) {
  return synth((scope) => use(new MediaBucket(scope, "media", { ...own, ...props }), scope));
}

const role = (scope: Construct) => new IamRole(scope, "task", { name: "shop-web-task", assumeRolePolicy: "{}" });

test("uploads lie in a private, versioned, encrypted bucket that nobody reaches without TLS", () => {
  const json = media();
  expect(json.one("aws_s3_bucket").bucket).toBe("shop-media-111111111111");
  expect(json.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  expect(json.one("aws_s3_bucket_server_side_encryption_configuration").rule).toHaveLength(1);
  expect(json.one("aws_s3_bucket_public_access_block").restrict_public_buckets).toBe(true);
  expect(json.one("aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  const { Statement } = JSON.parse(json.one("aws_s3_bucket_policy").policy);
  expect(Statement).toEqual([expect.objectContaining({ Sid: "OnlyTls", Effect: "Deny", Principal: "*" })]);
});

test("parts of uploads that never ended are gone after 7 days, and what was deleted after 90", () => {
  expect(media().one("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    {
      filter: [{ prefix: "" }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
    },
  ]);
});

test("a role reads and writes its objects and no others, and no earlier version", () => {
  const json = media({}, (each, scope) => each.grant(role(scope)));
  const { Statement } = JSON.parse(json.one("aws_iam_role_policy").policy);
  const arn = expect.stringMatching(/^\$\{aws_s3_bucket\.media_uploads_bucket_\w+\.arn\}$/);
  expect(Statement).toEqual([
    {
      Sid: "Uploads",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.media_uploads_bucket_\w+\.arn\}\/\*$/),
    },
    { Sid: "Names", Effect: "Allow", Action: ["s3:ListBucket"], Resource: arn },
  ]);
});

test("a grant lies in the stack of the role, which comes after that of the bucket", () => {
  const app = new App({ outdir: ".", stackTraces: false });
  const [uploads, service] = ["media", "service"].map((name) => {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "aws", { region: "eu-west-1" });
    return stack;
  }) as [TerraformStack, TerraformStack];
  const granted = new MediaBucket(uploads, "media", own).grant(role(service));
  expect(TerraformStack.of(granted)).toBe(service);
});

test("protection decides whether uploads can be destroyed with their bucket", () => {
  expect(media().one("aws_s3_bucket")).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
  const open = media({ protection: "none" }).one("aws_s3_bucket");
  expect(open.force_destroy).toBe(true);
  expect(open).not.toHaveProperty("lifecycle");
});
