import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import type { CloudfrontResponseHeadersPolicy } from "@cdktf/provider-aws/lib/cloudfront-response-headers-policy";
import type { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { PolicyStatement } from "@slipway/core";
import { Construct } from "constructs";
import { VersionedBucket } from "../versioned-bucket.ts";
import { checkRegion, type IssuedCertificate } from "./certificate.ts";
import { checkDomainName, covers } from "./domain-name.ts";
import type { Alias, AliasTarget, HostedZone } from "./hosted-zone.ts";
import { errorPages, notFoundPage, type SiteMode } from "./site-errors.ts";
import { siteHeaders } from "./site-headers.ts";

export interface StaticSiteProps {
  /** Prefix of all names; the bucket is `<name>-static-<account>`. Lower case, since S3 takes no other. */
  readonly name: string;
  /** Number of the account: a bucket's name is unique among those of all accounts. */
  readonly account: string;
  /** Names that it answers to. The certificate covers all of them, and they lie in `zone`. */
  readonly hosts: readonly string[];
  /** Of us-east-1, where CloudFront looks for it. */
  readonly certificate: IssuedCertificate;
  readonly zone: HostedZone;
  /**
   * "assets": files that pages elsewhere name; a plain page answers 404. "spa": an app of one page, `/index.html`, which answers every
   * name that is no file. "site": pages, with a `/404.html` of their own.
   */
  readonly mode: SiteMode;
  /** Origins whose pages may load fonts and module scripts from here, such as `https://www.example.com`. @default none */
  readonly allowedOrigins?: readonly string[];
  /** "full": Terraform destroys neither bucket nor distribution. "none": the files go with the bucket. @default "full" */
  readonly protection?: "full" | "none";
}

/**
 * Files over HTTPS from CloudFront, out of a private bucket that nobody else reads. An apply does not wait until the distribution is
 * everywhere, which takes minutes: whoever publishes files does.
 */
export class StaticSite extends Construct implements AliasTarget {
  readonly bucket: VersionedBucket;
  readonly policy: S3BucketPolicy;
  readonly originAccessControl: CloudfrontOriginAccessControl;
  readonly headersPolicy: CloudfrontResponseHeadersPolicy;
  readonly distribution: CloudfrontDistribution;
  /** The page of `assets`; the other modes have their own. */
  readonly notFoundPage: S3Object | undefined;
  readonly aliases: ReadonlyMap<string, Alias>;

  constructor(scope: Construct, id: string, props: StaticSiteProps) {
    super(scope, id);
    const { name, account, hosts, certificate, zone, mode, allowedOrigins = [], protection = "full" } = props;
    checkHosts(hosts, certificate);
    this.bucket = new VersionedBucket(this, "files", { name, purpose: "static", account, protection });
    this.originAccessControl = new CloudfrontOriginAccessControl(this, "origin-access", {
      name: `${name}-static`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    this.headersPolicy = siteHeaders(this, { name: `${name}-static`, mode, allowedOrigins });
    this.distribution = this.#distribution(props);
    this.policy = this.bucket.allow([readBy(this.distribution.arn, this.bucket.bucket.arn)]);
    this.notFoundPage = mode === "assets" ? notFoundPage(this, this.bucket) : undefined;
    this.aliases = new Map(hosts.map((host) => [host, zone.alias(host, this)]));
  }

  get dnsName(): string {
    return this.distribution.domainName;
  }

  /** Zone of `dnsName`, for an alias. */
  get zoneId(): string {
    return this.distribution.hostedZoneId;
  }

  /** Without access logs and firewall, which cost by the request: what it serves is public, and cannot be written. */
  #distribution({ name, hosts, certificate, mode, protection = "full" }: StaticSiteProps): CloudfrontDistribution {
    return new CloudfrontDistribution(this, "distribution", {
      enabled: true,
      comment: `${name}-static`,
      aliases: [...hosts],
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      defaultRootObject: "index.html",
      waitForDeployment: false,
      origin: [
        {
          originId: "bucket",
          // Of its region: without it, CloudFront answers with a redirect to the bucket while its name is new.
          domainName: this.bucket.bucket.bucketRegionalDomainName,
          originAccessControlId: this.originAccessControl.id,
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "bucket",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: cachingOptimized,
        responseHeadersPolicyId: this.headersPolicy.id,
      },
      customErrorResponse: errorPages(mode),
      viewerCertificate: {
        acmCertificateArn: certificate.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
    });
  }
}

/** The managed policy CachingOptimized, whose id is the same in every account: all files by their path, compressed as the browser likes. */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** This distribution reads objects and nobody else does. It may not list them, so a missing one is 403 to it. */
function readBy(distributionArn: string, bucketArn: string): PolicyStatement {
  return {
    Sid: "CloudFrontReads",
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: `${bucketArn}/*`,
    Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
  };
}

function checkHosts(hosts: readonly string[], certificate: IssuedCertificate): void {
  if (hosts.length === 0) throw new Error("hosts (none) must name at least one; add the name of the static files.");
  for (const host of hosts) checkDomainName("hosts", host);
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new Error(`hosts (${twice}) must be there once; remove the other.`);
  checkRegion(certificate, "us-east-1", "CloudFront");
  const { names } = certificate;
  const bare = names === undefined ? undefined : hosts.find((host) => !covers(names, host));
  if (bare !== undefined) {
    throw new Error(`hosts (${bare}) must be covered by the certificate (${names?.join(", ")}); add it to its names.`);
  }
}
