import time
from unittest import mock

from ..edge import quotas, validation
from ..probes.client import call
from .edge_fixture import ACCOUNT, ACM, OTHER, EdgeCase


class Requests(EdgeCase):
    def test_it_is_pending_with_the_record_that_proves_each_name(self):
        arn = self.request("example.com", "*.example.com", "www.example.org")["CertificateArn"]
        self.assertRegex(arn, rf"^arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/[0-9a-f-]{{36}}$")
        found = self.describe(arn)
        self.assertEqual("PENDING_VALIDATION", found["Status"])
        self.assertEqual(["example.com", "*.example.com", "www.example.org"], found["SubjectAlternativeNames"])
        for absent in ("IssuedAt", "NotBefore", "NotAfter", "FailureReason", "Serial"):
            self.assertNotIn(absent, found)
        apex, wildcard, other = found["DomainValidationOptions"]
        self.assertEqual(apex["ResourceRecord"], wildcard["ResourceRecord"], "the apex and its wildcard share it")
        self.assertRegex(apex["ResourceRecord"]["Name"], r"^_[0-9a-f]{32}\.example\.com\.$")
        self.assertRegex(apex["ResourceRecord"]["Value"], r"^_[0-9a-f]{32}\.[0-9a-f]{10}\.acm-validations\.aws\.$")
        self.assertNotEqual(apex["ResourceRecord"]["Value"], other["ResourceRecord"]["Value"])
        answer = call("acm", ACM, "GetCertificate", CertificateArn=arn)
        self.assertEqual("RequestInProgressException", answer["__type"].rsplit("#")[-1])

    def test_the_record_is_the_accounts_for_every_region_and_certificate(self):
        def asked(account, region, *names):
            with self.account(account, region):
                return self.describe(self.request(*names)["CertificateArn"])["DomainValidationOptions"][0]["ResourceRecord"]

        here = asked(ACCOUNT, "eu-west-1", "example.com", "www.example.com")
        self.assertEqual(here, asked(ACCOUNT, "us-east-1", "example.com"))
        self.assertNotEqual(here, asked(OTHER, "eu-west-1", "example.com"))

    def test_names_are_kept_lower_case_and_once(self):
        arn = self.request("Example.com", "example.COM", "www.example.com")["CertificateArn"]
        self.assertEqual(["example.com", "www.example.com"], self.describe(arn)["SubjectAlternativeNames"])

    def test_what_acm_refuses(self):
        bad = ["localhost", "-a.example.com", "a_b.example.com", "a..example.com", "example.com.", "*.*.example.com", "w*.example.com"]
        bad += ["10.0.0.1/8", "https://example.com", "b\u00fccher.example.com", f"{'a' * 64}.example.com", f"{'a' * 60}.example.com", ""]
        for name in bad:
            with self.subTest(name=name):
                answer = self.request(name)
                self.assertEqual("ValidationException", answer.get("__type"), answer)
                self.assertIn(f"Value '{name}' at 'domainName'", answer["message"])
        answer = self.request("example.com", "-a.example.com")
        self.assertIn("at 'subjectAlternativeNames'", answer["message"])
        self.assertIn("at 'keyAlgorithm'", self.request("example.com", KeyAlgorithm="RSA_4096")["message"])
        self.assertIn("at 'validationMethod'", self.request("example.com", ValidationMethod="HTTP")["message"])
        self.assertEqual("ResourceNotFoundException", self.request("example.com", CertificateAuthorityArn="arn:aws:acm-pca:x")["__type"])
        self.assertEqual([], self.acm._certificates.values())

    def test_a_long_name_may_be_a_further_one(self):
        self.assertIn("CertificateArn", self.request("example.com", f"{'a' * 60}.example.com"))

    def test_a_request_that_is_sent_again_makes_one_certificate(self):
        first = self.request("example.com", IdempotencyToken="t")
        self.assertEqual(first, self.request("example.com", IdempotencyToken="t"))
        self.assertNotEqual(first, self.request("example.com", IdempotencyToken="u"))
        self.assertNotEqual(first, self.request("example.org", IdempotencyToken="t"))
        self.assertNotEqual(self.request("example.com"), self.request("example.com"))
        with mock.patch.object(time, "time", lambda later=time.time() + 3700: later):
            self.assertNotEqual(first, self.request("example.com", IdempotencyToken="t"), "an hour later")

    def test_quotas(self):
        names = [f"n{number}.example.com" for number in range(11)]
        self.assertIn("CertificateArn", self.request(*names[:10]))
        answer = self.request(*names)
        self.assertEqual(("LimitExceededException", "Certificate has too many domains."), (answer["__type"], answer["message"]))
        with mock.patch.dict("os.environ", SLIPWAY_ACM_NAMES="100"):
            self.assertIn("CertificateArn", self.request(*names))
        with mock.patch.object(quotas, "CERTIFICATES", 2):
            self.assertIn("Cannot request more certificates", self.request("example.com")["message"])

    def test_the_years_quota_counts_deleted_certificates_and_is_per_account_and_region(self):
        with mock.patch.object(quotas, "A_YEAR", 2):
            for _ in range(2):
                arn = self.request("example.com")["CertificateArn"]
                self.assertEqual({}, call("acm", ACM, "DeleteCertificate", CertificateArn=arn))
            answer = self.request("example.com")
            self.assertEqual("LimitExceededException", answer["__type"])
            self.assertIn("you have reached your limit of 2 certificates in the last year", answer["message"])
            state = quotas.get_state()
            quotas.reset()
            quotas.load_persisted_state(state)
            self.assertEqual("LimitExceededException", self.request("example.com")["__type"], "after a restart")
            with self.account(ACCOUNT, "us-east-1"):
                self.assertIn("CertificateArn", self.request("example.com"))
            with mock.patch.object(time, "time", lambda later=time.time() + quotas.YEAR + 1: later):
                self.assertIn("CertificateArn", self.request("example.com"))

    def test_an_email_certificate_stays_pending_without_a_record(self):
        arn = self.request("example.com", ValidationMethod="EMAIL")["CertificateArn"]
        validation.look()
        found = self.describe(arn)
        self.assertEqual("PENDING_VALIDATION", found["Status"])
        self.assertNotIn("ResourceRecord", found["DomainValidationOptions"][0])
