import { type PolicyStatement, statement } from "@slipway/core";
import { tagsOn } from "./apply-permissions.ts";
import type { EnvironmentScope } from "./environment-scope.ts";

/** Zones with their records, certificates, and a distribution before a bucket: what the names of an environment take. */
export function nameStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { domains = [], staticBucketArn } = environmentScope.parts ?? {};
  return [
    ...(domains.length === 0 ? [] : [...zoneStatements(domains), ...certificateStatements(environmentScope, domains)]),
    ...(staticBucketArn === undefined ? [] : distributionStatements(environmentScope)),
  ];
}

const names = (domains: readonly string[]) => domains.flatMap((domain) => [domain, `*.${domain}`]);

/** Route 53 gives zones ids of its own and knows no tags in IAM; but it says which names a change is about. */
function zoneStatements(domains: readonly string[]): readonly PolicyStatement[] {
  const zones = "arn:aws:route53:::hostedzone/*";
  return [
    statement.allow("MakeZones", ["route53:CreateHostedZone", "route53:GetChange", ...lists.route53], "*"),
    // A zone that still has records cannot be deleted, and those of others are out of reach.
    statement.allow("Zones", ["route53:ChangeTagsForResource", "route53:DeleteHostedZone"], zones),
    statement.allow("Records", ["route53:ChangeResourceRecordSets"], zones, {
      "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": names(domains) },
    }),
  ];
}

/** CloudFront's certificates are of us-east-1. */
function certificateStatements({ region, account }: EnvironmentScope, domains: readonly string[]) {
  const regions = [...new Set([region, "us-east-1"])];
  return [
    statement.allow("RequestCertificates", ["acm:RequestCertificate"], "*", {
      "ForAllValues:StringLike": { "acm:DomainNames": names(domains) },
      StringEquals: { "aws:RequestedRegion": regions },
    }),
    statement.allow(
      "Certificates",
      ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"],
      regions.map((each) => `arn:aws:acm:${each}:${account}:certificate/*`),
    ),
    statement.allow("ListCertificates", lists.acm, "*"),
  ];
}

function distributionStatements({ account }: EnvironmentScope): readonly PolicyStatement[] {
  const onCloudfront = (...kinds: readonly string[]) =>
    kinds.flatMap((kind) => ["Create", "Delete", "Update"].map((verb) => `cloudfront:${verb}${kind}`));
  const arn = (type: string) => `arn:aws:cloudfront::${account}:${type}/*`;
  return [
    statement.allow("Distributions", [...onCloudfront("Distribution"), ...tagsOn("cloudfront")], [arn("distribution")]),
    statement.allow(
      "DistributionParts",
      onCloudfront("OriginAccessControl", "ResponseHeadersPolicy"),
      ["origin-access-control", "response-headers-policy"].map(arn),
    ),
    statement.allow("ListDistributions", lists.cloudfront, "*"),
  ];
}

/** By which what a killed apply made is found again. */
const lists = {
  route53: ["route53:ListHostedZonesByName"],
  acm: ["acm:ListCertificates"],
  cloudfront: [
    "cloudfront:ListDistributions",
    "cloudfront:ListOriginAccessControls",
    "cloudfront:ListResponseHeadersPolicies",
  ],
};
