import { failedCertificate, refusedRequest } from "./certificate-failures.ts";

const arn = "arn:aws:acm:us-east-1:111111111111:certificate/1";
const certificate = (FailureReason: string | undefined, status: "FAILED" | "SUCCESS" = "FAILED") => ({
  CertificateArn: arn,
  DomainName: "example.com",
  Status: "FAILED" as const,
  ...(FailureReason === undefined ? {} : { FailureReason: FailureReason as "CAA_ERROR" }),
  DomainValidationOptions: [
    { DomainName: "example.com", ValidationStatus: status },
    { DomainName: "shop.example.org", ValidationStatus: "FAILED" as const },
  ],
});
const again = `; then delete the failed certificate (\`aws acm delete-certificate --region us-east-1 --certificate-arn ${arn}\`) and apply again, which asks for a new one`;

test.each([
  ["CAA_ERROR", "CAA records must let Amazon issue for shop.example.org", 'add 0 issue "amazon.com"'],
  [
    "DOMAIN_NOT_ALLOWED",
    "AWS must allow shop.example.org, which lists of unsafe domains hold",
    "have the domain taken",
  ],
  ["ADDITIONAL_VERIFICATION_REQUIRED", "shop.example.org must be a domain that AWS issues for", "ask AWS Support"],
  ["INVALID_PUBLIC_DOMAIN", "shop.example.org must be a name that the public DNS can hold", "take a domain"],
  ["OTHER", "ACM must be able to issue for shop.example.org", "the reason is AWS's"],
])("%s names what failed, what helps and how to begin anew", (reason, what, next) => {
  const found = failedCertificate(certificate(reason, "SUCCESS"));
  expect(found.what).toContain(`certificate example.com failed (${reason}): ${what}`);
  expect(found.next).toContain(next);
  expect(found.next).toContain(again);
});

test("a certificate that failed as a whole names all, and its status where there is no reason", () => {
  const { what } = failedCertificate(certificate(undefined));
  expect(what).toBe(
    "certificate example.com failed (FAILED): ACM must be able to issue for example.com, shop.example.org",
  );
});

test.each([
  ["Error: you have reached your limit of 5000 certificates in the last year.", "at most 5000 in an account"],
  ["LimitExceededException: Certificate has too many domains.", "10 until AWS raises it"],
  ["Cannot request more certificates in this account. Contact Customer Service", "2,500 until AWS raises it"],
])("%s: a sentence with the quota to ask for", (words, what) => {
  const found = refusedRequest(`requesting ACM Certificate (example.com): ${words}`);
  expect(found?.what).toContain(what);
  expect(found?.next).toContain("Service Quotas");
});

test("other refusals stay in AWS's words", () => {
  expect(refusedRequest("AccessDeniedException: not authorized")).toBeUndefined();
});
