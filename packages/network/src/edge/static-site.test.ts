import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { synth } from "@slipway/testing";
import { Certificate } from "./certificate.ts";
import { HostedZone } from "./hosted-zone.ts";
import { StaticSite, type StaticSiteProps } from "./static-site.ts";

const issued = { certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/1" };

function site(props: Partial<StaticSiteProps> = {}) {
  return synth((scope) => {
    const zone = new HostedZone(scope, "com", { domain: "example.com", source: "look-up" });
    const common = { name: "shop", account: "111111111111", hosts: ["static.example.com"], zone } as const;
    new StaticSite(scope, "static", { ...common, certificate: issued, mode: "assets", ...props });
  });
}

test("the bucket is private, versioned, encrypted and its owner's, and keeps no parts of uploads", () => {
  const json = site();
  expect(json.one("aws_s3_bucket").bucket).toBe("shop-static-111111111111");
  expect(json.one("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(json.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  expect(json.one("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
    { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
  ]);
  expect(json.one("aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  expect(json.one("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
    {
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
      expiration: [{ expired_object_delete_marker: true }],
    },
  ]);
});

test("its objects are read by this distribution alone, which may not list them, and by nobody without TLS", () => {
  const { Statement } = JSON.parse(site().one("aws_s3_bucket_policy").policy);
  expect(Statement).toEqual([
    {
      Sid: "CloudFrontReads",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.static_files_bucket_\w+\.arn\}\/\*$/),
      Condition: {
        StringEquals: {
          "aws:SourceArn": expect.stringMatching(/^\$\{aws_cloudfront_distribution\.static_distribution_\w+\.arn\}$/),
        },
      },
    },
    expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
  ]);
});

test("the distribution speaks HTTPS alone, signs what it asks of the bucket and is not waited for", () => {
  const json = site();
  const distribution = json.one("aws_cloudfront_distribution");
  expect(distribution).toMatchObject({
    aliases: ["static.example.com"],
    http_version: "http2and3",
    is_ipv6_enabled: true,
    default_root_object: "index.html",
    wait_for_deployment: false,
    viewer_certificate: {
      acm_certificate_arn: issued.certificateArn,
      ssl_support_method: "sni-only",
      minimum_protocol_version: "TLSv1.2_2021",
    },
    default_cache_behavior: {
      allowed_methods: ["GET", "HEAD"],
      viewer_protocol_policy: "redirect-to-https",
      compress: true,
      cache_policy_id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      response_headers_policy_id: expect.stringContaining("aws_cloudfront_response_headers_policy"),
    },
  });
  expect(distribution.origin).toEqual([
    {
      origin_id: "bucket",
      domain_name: expect.stringMatching(/\.bucket_regional_domain_name\}$/),
      origin_access_control_id: expect.stringContaining("aws_cloudfront_origin_access_control"),
    },
  ]);
  expect(json.one("aws_cloudfront_origin_access_control")).toEqual({
    name: "shop-static",
    origin_access_control_origin_type: "s3",
    signing_behavior: "always",
    signing_protocol: "sigv4",
  });
});

test("every host leads to it over IPv4 and IPv6", () => {
  const records = site({ hosts: ["static.example.com", "cdn.example.com"] }).all("aws_route53_record");
  expect(records.map(({ name, type }) => `${type} ${name}`).sort()).toEqual([
    "A cdn.example.com",
    "A static.example.com",
    "AAAA cdn.example.com",
    "AAAA static.example.com",
  ]);
  expect(records[0]?.alias).toEqual({
    name: expect.stringMatching(/^\$\{aws_cloudfront_distribution\.\w+\.domain_name\}$/),
    zone_id: expect.stringMatching(/\.hosted_zone_id\}$/),
    evaluate_target_health: false,
  });
});

test.each([
  ["assets", 404, "/404.html"],
  ["site", 404, "/404.html"],
  ["spa", 200, "/index.html"],
] as const)("of what is not there, %s answers %i with %s", (mode, code, page) => {
  const json = site({ mode });
  const answers = json.one("aws_cloudfront_distribution").custom_error_response;
  expect(answers).toEqual(
    [403, 404].map((error) => ({
      error_code: error,
      response_code: code,
      response_page_path: page,
      error_caching_min_ttl: 10,
    })),
  );
  // Nobody else puts one among assets; the others bring their own.
  expect(json.all("aws_s3_object").map(({ key }) => key)).toEqual(mode === "assets" ? ["404.html"] : []);
});

test("the page of assets that are not there is HTML that no browser keeps", () => {
  expect(site().one("aws_s3_object")).toMatchObject({
    content: expect.stringContaining("There is no such file."),
    content_type: "text/html; charset=utf-8",
    cache_control: "no-store",
  });
});

test("answers carry security headers; pages may be framed by their own name alone, assets by the app", () => {
  const assets = site().one("aws_cloudfront_response_headers_policy");
  expect(assets).toEqual({
    name: "shop-static",
    security_headers_config: {
      content_type_options: { override: true },
      referrer_policy: { override: true, referrer_policy: "strict-origin-when-cross-origin" },
      strict_transport_security: { access_control_max_age_sec: 31_536_000, override: true },
    },
  });
  const pages = site({ mode: "site" }).one("aws_cloudfront_response_headers_policy");
  expect(pages.security_headers_config.frame_options).toEqual({ frame_option: "SAMEORIGIN", override: true });
});

test("origins that are named may read what browsers otherwise keep from other names", () => {
  const allowedOrigins = ["https://www.example.com", "https://*.example.com", "https://shop.localhost:*"];
  expect(site({ allowedOrigins }).one("aws_cloudfront_response_headers_policy").cors_config).toEqual({
    access_control_allow_origins: { items: allowedOrigins },
    access_control_allow_methods: { items: ["GET", "HEAD"] },
    access_control_allow_headers: { items: ["*"] },
    access_control_allow_credentials: false,
    origin_override: true,
  });
});

test("protection decides whether files and distribution can be destroyed", () => {
  const [full, none] = [site(), site({ protection: "none" })];
  for (const type of ["aws_s3_bucket", "aws_cloudfront_distribution"]) {
    expect(full.one(type).lifecycle).toEqual({ prevent_destroy: true });
    expect(none.one(type)).not.toHaveProperty("lifecycle");
  }
  expect([full, none].map((json) => json.one("aws_s3_bucket").force_destroy)).toEqual([false, true]);
});

test("a certificate of the construct has to be of us-east-1 and to cover every host", () => {
  synth((scope) => {
    const zone = new HostedZone(scope, "com", { domain: "example.com", source: "look-up" });
    const zones = [zone];
    const provider = new AwsProvider(scope, "global", { region: "us-east-1", alias: "global" });
    const names = ["example.com", "*.example.com"];
    const regional = new Certificate(scope, "web", { names, zones });
    const global = new Certificate(scope, "edge", { names, zones, provider });
    const make = (certificate: Certificate, ...hosts: string[]) =>
      new StaticSite(scope, `static-${hosts.join("-")}-${certificate.region}`, {
        name: "shop",
        account: "111111111111",
        hosts,
        certificate,
        zone,
        mode: "spa",
      });
    expect(() => make(regional, "static.example.com")).toThrow(
      "certificate (of eu-west-1) must be of us-east-1 for CloudFront; make one there.",
    );
    expect(() => make(global, "a.static.example.com")).toThrow(
      "hosts (a.static.example.com) must be covered by the certificate (example.com, *.example.com); add it to its names.",
    );
    expect(() => make(global, "static.example.com", "example.com")).not.toThrow();
  });
});

test.each<[Partial<StaticSiteProps>, string]>([
  [{ hosts: [] }, "hosts (none) must name at least one; add the name of the static files."],
  [{ hosts: ["*.example.com"] }, "hosts (*.example.com) must be one name and no wildcard; remove the *."],
  [
    { hosts: ["static.example.com", "static.example.com"] },
    "hosts (static.example.com) must be there once; remove the other.",
  ],
  [
    { hosts: ["static.example.org"] },
    "name (static.example.org) must lie in the zone example.com; take its own zone or correct it.",
  ],
  [
    { certificate: { certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" } },
    "certificate (of eu-west-1) must be of us-east-1 for CloudFront; make one there.",
  ],
  [{ name: "Shop" }, "name (Shop) must be lower case, as a bucket has it; rename it."],
  [{ name: "shop_1" }, "name (shop_1) must be letters, digits and single hyphens between them; rename it."],
  [{ account: "1111" }, "account (1111) must be 12 digits; give the account's number."],
  [
    { allowedOrigins: ["www.example.com"] },
    "allowedOrigins (www.example.com) must be a protocol and a host, and * for its first label alone; write for example https://www.example.com.",
  ],
  [
    { allowedOrigins: ["https://www.example.com/"] },
    "allowedOrigins (https://www.example.com/) must be a protocol and a host, and * for its first label alone; write for example https://www.example.com.",
  ],
])("%j is refused", (props, message) => {
  expect(() => site(props)).toThrow(message);
});

test("a long name leaves room for what a bucket's name ends with", () => {
  const { bucket } = site({ name: "this-is-a-very-long-project-name-that-goes-on-production" }).one("aws_s3_bucket");
  expect(bucket).toMatch(/^this-is-a-very-long-project-name-tha-[0-9a-f]{6}-static-111111111111$/);
  expect(bucket.length).toBeLessThanOrEqual(63);
});
