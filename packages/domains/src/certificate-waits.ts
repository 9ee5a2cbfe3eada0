import type { CertificateDetail, DomainValidation } from "@aws-sdk/client-acm";
import { awsClientConfig, clientOptions, type Variables } from "@slipway/core";
import type { WaitExplainer, WaitFailure, Waiting } from "@slipway/terraform";
import { failedCertificate, refusedRequest } from "./certificate-failures.ts";
import { type Dns, valuesOf } from "./dns.ts";
import { list, plain } from "./names.ts";
import { definitionOf } from "./stack-zones.ts";

export interface CertificateWaitsOptions {
  readonly dns: Dns;
  /** For the calls to ACM: credentials, endpoint. */
  readonly variables: Variables;
  /** Key of the environment, for the command that is named. */
  readonly environment: string;
}

/**
 * Says what pending certificates wait for: the names that DNS proves, and what DNS answers for the others. A failed one gets a sentence with
 * what to do. Needs acm:DescribeCertificate.
 */
export function certificateWaits(options: CertificateWaitsOptions): WaitExplainer {
  const { dns, environment } = options;
  return {
    types: ["aws_acm_certificate_validation", "aws_acm_certificate"],

    async progress(waiting) {
      const certificate = await read(waiting, options);
      return certificate?.Status === "PENDING_VALIDATION" ? pendingLine(dns, certificate) : undefined;
    },

    async failure(waiting, { summary, detail }) {
      if (waiting.type === "aws_acm_certificate") return refusedRequest(`${summary} ${detail}`);
      const certificate = await read(waiting, options);
      if (certificate === undefined) return undefined;
      return certificate.Status === "PENDING_VALIDATION" || certificate.Status === "VALIDATION_TIMED_OUT"
        ? unproven(dns, certificate, environment)
        : failedCertificate(certificate);
    },
  };
}

async function unproven(dns: Dns, certificate: CertificateDetail, environment: string): Promise<WaitFailure> {
  return {
    what: `${await pendingLine(dns, certificate)}, which must be proven within 15 minutes`,
    next: `\`npm run domain -- ${environment}\` says what is missing; then apply again: it goes on with this certificate`,
  };
}

/** The certificate behind a validation, as ACM has it; undefined while nobody knows its ARN. */
async function read(waiting: Waiting, { variables }: CertificateWaitsOptions): Promise<CertificateDetail | undefined> {
  const CertificateArn = await arnOf(waiting);
  if (CertificateArn === undefined) return undefined;
  const { ACMClient, DescribeCertificateCommand } = await import("@aws-sdk/client-acm");
  // One for CloudFront is of us-east-1, wherever the stack is.
  const region = CertificateArn.split(":")[3] ?? "";
  const client = new ACMClient({ ...awsClientConfig(variables), ...clientOptions, region });
  return (await client.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
}

/** A validation names its certificate by reference. */
async function arnOf({ stack, address, idOf }: Waiting): Promise<string | undefined> {
  const name = address.split(".").at(-1) ?? "";
  const { certificate_arn: reference } = definitionOf(stack).resource?.aws_acm_certificate_validation?.[name] ?? {};
  const [, certificate] = /^\$\{(aws_acm_certificate\.[\w-]+)\.arn\}$/.exec(String(reference)) ?? [];
  return certificate === undefined ? undefined : idOf(certificate);
}

/** "certificate example.com: 1 of 2 names proven (example.com); shop.example.org waits, DNS answers NXDOMAIN for its record _x.shop.example.org". */
async function pendingLine(
  dns: Dns,
  { DomainName, DomainValidationOptions: all = [] }: CertificateDetail,
): Promise<string> {
  const proven = all.filter(({ ValidationStatus }) => ValidationStatus === "SUCCESS").map(nameOf);
  const waiting = all.filter(({ ValidationStatus }) => ValidationStatus !== "SUCCESS");
  // A name and its wildcard share a record.
  const records = new Map<string, DomainValidation[]>();
  for (const option of waiting) {
    const record = option.ResourceRecord?.Name ?? "";
    records.set(record, [...(records.get(record) ?? []), option]);
  }
  const lines = await Promise.all([...records.values()].map((options) => waitingText(dns, options)));
  const shown = proven.length === 0 ? "" : ` (${list(proven)})`;
  return [`certificate ${DomainName}: ${proven.length} of ${all.length} names proven${shown}`, ...lines].join("; ");
}

const nameOf = ({ DomainName = "" }: DomainValidation) => DomainName;

async function waitingText(dns: Dns, options: readonly DomainValidation[]): Promise<string> {
  const names = list(options.map(nameOf));
  const { Name: name, Value: value = "" } = options[0]?.ResourceRecord ?? {};
  if (name === undefined) return `${names} ${options.length === 1 ? "has" : "have"} no record yet`;
  return `${names} ${options.length === 1 ? "waits" : "wait"}, ${await answerText(dns, plain(name), plain(value))}`;
}

async function answerText(dns: Dns, name: string, wanted: string): Promise<string> {
  try {
    const { code, answers } = await dns.resolve(name, "CNAME");
    const found = valuesOf(answers, "CNAME", name);
    if (found.includes(wanted)) return `DNS has its record ${name} and ACM has not looked yet`;
    if (found.length > 0) return `DNS answers ${list(found)} for its record ${name}, not ${wanted}`;
    return `DNS answers ${code === "NOERROR" ? "nothing" : code} for its record ${name}`;
  } catch (error) {
    return `DNS gave no answer for its record ${name} (${(error as Error).message})`;
  }
}
