import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { TerraformProvider, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { shortHash } from "../names.ts";
import { baseName, checkDomainName } from "./domain-name.ts";
import { type HostedZone, zoneOf } from "./hosted-zone.ts";

/** An AwsProvider. Only the app that puts stacks together makes one, so that class is not loaded here. */
export type RegionalProvider = TerraformProvider & { readonly region?: string | undefined };

export interface CertificateProps {
  /** The first is the certificate's own name. `*.example.com` stands for one level below it and not for example.com. */
  readonly names: readonly string[];
  /** Zones that hold the names; of several the longest is taken. */
  readonly zones: readonly HostedZone[];
  /** A provider of us-east-1, where CloudFront looks for its certificates. @default the stack's own */
  readonly provider?: RegionalProvider;
  /** How many names the account may put on a certificate. @default 10, which every account has; AWS raises it up to 100 */
  readonly quota?: number;
  /**
   * "in-place": other names replace the certificate, for stacks that serve it themselves. "beside": other names are another resource, for
   * stacks that others read: those must serve the new one before the old one can go. @default "in-place"
   */
  readonly replacement?: "in-place" | "beside";
}

/** A certificate of ACM that DNS proves. Only the ARN of the issued one leaves it, so whatever uses it waits for it. */
export class Certificate extends Construct {
  readonly certificate: AcmCertificate;
  readonly validation: AcmCertificateValidation;
  readonly names: readonly string[];
  /** Where it can be used: a load balancer takes that of its own region, CloudFront that of us-east-1. */
  readonly region: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { names, zones, provider, quota = 10, replacement = "in-place" } = props;
    checkNames(names, quota);
    const held = [...new Set(names.map(baseName))].map((base) => [base, zoneOf("names", base, zones)] as const);
    const [domainName = "", ...subjectAlternativeNames] = names;
    const placed = provider === undefined ? {} : { provider };
    this.names = names;
    this.region = regionOf(this, provider);
    const suffix = replacement === "beside" ? `-${shortHash(names.join(" "))}` : "";
    this.certificate = new AcmCertificate(this, `certificate${suffix}`, {
      domainName,
      // Left out when empty, which AWS reads back as the name itself.
      ...(subjectAlternativeNames.length > 0 && { subjectAlternativeNames }),
      validationMethod: "DNS",
      // Listeners move to the new one before the old is deleted.
      lifecycle: { createBeforeDestroy: true },
      ...placed,
    });
    this.validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: this.certificate.arn,
      validationRecordFqdns: held.map(([base, zone]) => zone.validationRecord(base, this.certificate).fqdn),
      // Delegations are asked for before, so what takes longer will not come; the provider would wait for 75 minutes.
      timeouts: { create: "15m" },
      ...placed,
    });
  }

  /** Known once ACM has issued it. */
  get certificateArn(): string {
    return this.validation.certificateArn;
  }
}

/** A certificate that can be served: a `Certificate`, or one that is there already. */
export interface IssuedCertificate {
  readonly certificateArn: string;
  /** @default the one in its ARN */
  readonly region?: string;
  /** Names that it covers. @default not known, nor checked */
  readonly names?: readonly string[];
}

/** Refuses a certificate that AWS would refuse, at apply, for being of another region. */
export function checkRegion(certificate: Partial<IssuedCertificate>, region: string, user: string): void {
  const own = certificate.region ?? regionOfArn(certificate.certificateArn);
  if (own === undefined || own === region) return;
  throw new Error(`certificate (of ${own}) must be of ${region} for ${user}; make one there.`);
}

/** Undefined for one that is not known yet, and for one of IAM, which has no region. */
function regionOfArn(arn: string | undefined): string | undefined {
  return arn === undefined || Token.isUnresolved(arn) ? undefined : arn.split(":")[3] || undefined;
}

/** The region that a stack's own provider names; undefined without a provider. */
export function stackRegion(scope: Construct): string | undefined {
  const own = TerraformStack.of(scope).node.children.find(
    (child): child is RegionalProvider =>
      TerraformProvider.isTerraformProvider(child) &&
      child.terraformResourceType === "aws" &&
      child.alias === undefined,
  );
  return own?.region;
}

function regionOf(scope: Construct, provider: RegionalProvider | undefined): string {
  const region = provider === undefined ? stackRegion(scope) : provider.region;
  if (region !== undefined) return region;
  throw new Error("provider (missing) must name the certificate's region; give the stack an AwsProvider first.");
}

function checkNames(names: readonly string[], quota: number): void {
  const [first] = names;
  if (first === undefined) throw new Error("names (none) must name at least one domain; add one.");
  for (const name of names) checkDomainName("names", name, { wildcard: true });
  if (first.length > 64) {
    throw new Error(`names (${first}) must begin with a name of at most 64 characters; put a shorter one first.`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`names (${twice}) must be there once; remove the other.`);
  const covered = names.find((name) => !name.startsWith("*.") && names.includes(name.replace(/^[^.]+\./, "*.")));
  if (covered !== undefined) {
    throw new Error(`names (${covered}) must not repeat what ${covered.replace(/^[^.]+/, "*")} covers; remove it.`);
  }
  if (!Number.isInteger(quota) || quota < 1 || quota > 100) {
    throw new Error(`quota (${quota}) must be a whole number from 1 to 100; ask AWS for more than 10 first.`);
  }
  if (names.length > quota) {
    throw new Error(
      `names (${names.length} of them) must be at most ${quota}; use wildcards or a second certificate, or have AWS raise the quota and give it.`,
    );
  }
}
