import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { WaitFailure } from "@slipway/terraform";
import { list } from "./names.ts";

/** Why ACM fails a certificate for good, and what helps. https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html */
const reasons: Readonly<Record<string, (names: string) => WaitFailure>> = {
  CAA_ERROR: (names) => ({
    what: `CAA records must let Amazon issue for ${names}`,
    next: 'add 0 issue "amazon.com" to the CAA records nearest above the name',
  }),
  DOMAIN_NOT_ALLOWED: (names) => ({
    what: `AWS must allow ${names}, which lists of unsafe domains hold`,
    next: "have the domain taken off them (Google Safe Browsing tells the state of a site), or ask AWS Support",
  }),
  ADDITIONAL_VERIFICATION_REQUIRED: (names) => ({
    what: `${names} must be a domain that AWS issues for without asking`,
    next: "ask AWS Support to verify it, or take a name that is not AWS's own",
  }),
  INVALID_PUBLIC_DOMAIN: (names) => ({
    what: `${names} must be a name that the public DNS can hold`,
    next: "take a domain that is registered",
  }),
  DOMAIN_VALIDATION_DENIED: (names) => ({
    what: `the owner of ${names} must not refuse the certificate`,
    next: "talk to whoever keeps the domain",
  }),
};

/** The sentence for a certificate that ACM has given up. It stays as it is until it is deleted, so that is said too. */
export function failedCertificate(certificate: CertificateDetail): WaitFailure {
  const {
    DomainName,
    CertificateArn = "",
    Status,
    FailureReason = Status ?? "",
    DomainValidationOptions = [],
  } = certificate;
  const failed = DomainValidationOptions.filter(({ ValidationStatus }) => ValidationStatus === "FAILED");
  const names = list((failed.length > 0 ? failed : DomainValidationOptions).map(({ DomainName: name = "" }) => name));
  const { what, next } = reasons[FailureReason]?.(names) ?? {
    what: `ACM must be able to issue for ${names}`,
    next: "the reason is AWS's; its documentation of failed certificates explains it",
  };
  const region = CertificateArn.split(":")[3] ?? "";
  const command = `aws acm delete-certificate --region ${region} --certificate-arn ${CertificateArn}`;
  return {
    what: `certificate ${DomainName} failed (${FailureReason}): ${what}`,
    next: `${next}; then delete the failed certificate (\`${command}\`) and apply again, which asks for a new one`,
  };
}

/** The sentence for a request that ACM refuses, of which the provider repeats quotas for minutes; undefined: its own words are best. */
export function refusedRequest(words: string): WaitFailure | undefined {
  const [, limit] = /limit of (\d+) certificates in the last year/i.exec(words) ?? [];
  if (limit !== undefined) {
    return {
      what: `certificates asked for within a year must be at most ${limit} in an account and region, deleted ones included`,
      next: "ask for a higher quota (Service Quotas, AWS Certificate Manager: ACM certificates created in last 365 days), or put more names on one certificate",
    };
  }
  if (/too many domains/i.test(words)) {
    return {
      what: "names on a certificate must be at most as many as the account's quota, 10 until AWS raises it",
      next: "ask for a higher quota (Service Quotas, AWS Certificate Manager: domain names per ACM certificate), or use a wildcard",
    };
  }
  if (/cannot request more certificates/i.test(words)) {
    return {
      what: "certificates of an account and region must be at most as many as its quota, 2,500 until AWS raises it",
      next: "delete those that nothing uses, or ask for a higher quota (Service Quotas, AWS Certificate Manager)",
    };
  }
  return undefined;
}
