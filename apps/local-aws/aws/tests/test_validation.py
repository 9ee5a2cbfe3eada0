import ssl
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ..edge import authority, certificates, users, validation
from ..probes import edge as requests
from ..probes.client import call, one, query
from .edge_fixture import ACCOUNT, ACM, OTHER, EdgeCase, Serving, handshake, record


class Validation(EdgeCase):
    def setUp(self):
        super().setUp()
        self.com, self.org = self.zone("example.com"), self.zone("example.org")
        self.enterContext(Serving())

    def statuses(self, arn):
        found = self.describe(arn)
        return [found["Status"], *(option["ValidationStatus"] for option in found["DomainValidationOptions"])]

    def issue(self, *names, **more):
        arn = self.request(*names, **more)["CertificateArn"]
        self.register(example_com=self.com)
        self.prove(self.com, arn)
        validation.look()
        self.assertEqual("ISSUED", self.describe(arn)["Status"])
        return arn

    def test_each_name_moves_on_its_own_and_the_last_one_issues_it(self):
        arn = self.request("example.com", "*.example.com", "www.example.org")["CertificateArn"]
        pending, success = "PENDING_VALIDATION", "SUCCESS"
        self.prove(self.com, arn, "example.com")
        self.prove(self.org, arn, "www.example.org")
        validation.look()
        self.assertEqual([pending] * 4, self.statuses(arn), "nobody is sent to the zones")
        self.register(example_com=self.com)
        validation.look()
        self.assertEqual([pending, success, success, pending], self.statuses(arn))
        self.register(example_org=self.org)
        validation.look()
        self.assertEqual(["ISSUED", success, success, success], self.statuses(arn))
        self.assertEqual("INELIGIBLE", self.describe(arn)["RenewalEligibility"])

    def test_another_value_proves_nothing_and_another_accounts_zone_may_prove(self):
        arn = self.request("example.com")["CertificateArn"]
        asked = self.describe(arn)["DomainValidationOptions"][0]["ResourceRecord"]
        self.add(self.com, asked["Name"], "CNAME", "_0.acm-validations.aws.")
        self.register(example_com=self.com)
        validation.look()
        self.assertEqual("PENDING_VALIDATION", self.describe(arn)["Status"])
        with self.account(OTHER):
            other = self.zone("example.com")
            self.add(other, asked["Name"], "CNAME", asked["Value"].upper().rstrip("."))
        self.register(example_com=other)
        validation.look()
        self.assertEqual("ISSUED", self.describe(arn)["Status"])

    def test_one_record_proves_the_name_in_every_region(self):
        first = self.issue("example.com")
        with self.account(ACCOUNT, "us-east-1"):
            second = self.request("example.com")["CertificateArn"]
            validation.look()
            self.assertEqual("ISSUED", self.describe(second)["Status"])
        self.assertNotEqual(first, second)

    def test_the_certificate_is_what_a_client_takes(self):
        arn = self.issue("example.com", "*.example.com")
        answer = call("acm", ACM, "GetCertificate", CertificateArn=arn)
        leaf = x509.load_pem_x509_certificate(answer["Certificate"].encode())
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        self.assertEqual(["example.com", "*.example.com"], names)
        self.assertEqual((authority.folder() / "root.pem").read_text(), answer["CertificateChain"])
        found = self.describe(arn)
        times = leaf.not_valid_before_utc.timestamp(), leaf.not_valid_after_utc.timestamp()
        self.assertEqual(times, (found["NotBefore"], found["NotAfter"]))
        self.assertEqual(leaf.serial_number, int(found["Serial"].replace(":", ""), 16))
        for host in ("example.com", "www.example.com"):
            handshake(certificates.key_file(arn), answer["CertificateChain"], host)
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "Hostname mismatch"):
            handshake(certificates.key_file(arn), answer["CertificateChain"], "a.b.example.com")

    def test_the_key_is_ours_alone_fits_and_goes_with_the_certificate(self):
        for algorithm in ("RSA_2048", "EC_prime256v1", "EC_secp384r1"):
            arn = self.issue("example.com", KeyAlgorithm=algorithm)
            file = certificates.key_file(arn)
            self.assertEqual(0o600, file.stat().st_mode & 0o777)
            self.assertEqual(0o600, (authority.folder() / "root.key").stat().st_mode & 0o777)
            key, leaf = serialization.load_pem_private_key(file.read_bytes(), None), x509.load_pem_x509_certificate(file.read_bytes())
            self.assertEqual(key.public_key(), leaf.public_key())
            self.assertEqual(algorithm, self.describe(arn)["KeyAlgorithm"])
            self.assertNotIn("PRIVATE", str(self.acm._certificates[arn]) + str(call("acm", ACM, "GetCertificate", CertificateArn=arn)))
            self.assertEqual({}, call("acm", ACM, "DeleteCertificate", CertificateArn=arn))
            self.assertFalse(file.exists())

    def test_caa_records_that_forbid_amazon_fail_it(self):
        def attempt(*values, names=("www.example.com",), at="example.com"):
            self.change(self.com, ("UPSERT", record(at, "CAA", *values)))
            arn = self.request(*names)["CertificateArn"]
            self.prove(self.com, arn)
            validation.look()
            self.change(self.com, ("DELETE", record(at, "CAA", *values)))
            found = self.describe(arn)
            return found["Status"], found.get("FailureReason"), [option["ValidationStatus"] for option in found["DomainValidationOptions"]]

        self.register(example_com=self.com)
        failed, good = ("FAILED", "CAA_ERROR", ["FAILED"]), ("ISSUED", None, ["SUCCESS"])
        self.assertEqual(failed, attempt('0 issue "letsencrypt.org"'))
        self.assertEqual(failed, attempt('0 issue ";"'))
        self.assertEqual(failed, attempt('128 unknown "x"'))
        self.assertEqual(good, attempt('0 issue "letsencrypt.org"', '0 issue "amazon.com; account=1"'))
        self.assertEqual(good, attempt('0 iodef "mailto:a@example.com"'))
        self.assertEqual(good, attempt('0 issue "letsencrypt.org"', names=["www.example.com"], at="other.example.com"))
        self.assertEqual(good, attempt('0 issue "amazonaws.com"', '0 issuewild ";"'))
        both = ["www.example.com", "*.www.example.com"]
        self.assertEqual(("FAILED", "CAA_ERROR", ["SUCCESS", "FAILED"]), attempt('0 issue "amazon.com"', '0 issuewild ";"', names=both))
        self.add(self.com, "www.example.com", "CAA", '0 issue "amazontrust.com"')
        self.assertEqual(good, attempt('0 issue "letsencrypt.org"'), "the nearest decides")

    def test_names_that_nobody_gets_a_certificate_for_fail_whatever_dns_says(self):
        for name, reason in (
            ("shop.elb.amazonaws.com", "ADDITIONAL_VERIFICATION_REQUIRED"),
            ("*.cloudfront.net", "ADDITIONAL_VERIFICATION_REQUIRED"),
            ("shop.internal", "INVALID_PUBLIC_DOMAIN"),
            ("www.shop.test", "INVALID_PUBLIC_DOMAIN"),
            ("testsafebrowsing.appspot.com", "DOMAIN_NOT_ALLOWED"),
        ):
            arn = self.request("example.com", name)["CertificateArn"]
            validation.look()
            found = self.describe(arn)
            self.assertEqual(("FAILED", reason), (found["Status"], found["FailureReason"]), name)
        self.assertIsNone(validation.not_allowed(["shop.localhost", "example.com", "notamazonaws.com"]))

    def test_after_72_hours_it_is_given_up(self):
        arn = self.request("example.com")["CertificateArn"]
        self.acm._certificates[arn]["_requested"] -= validation.GIVE_UP_AFTER + 1
        validation.look()
        self.assertEqual("VALIDATION_TIMED_OUT", self.describe(arn)["Status"])

    def test_one_certificate_that_breaks_keeps_no_other_waiting_and_a_change_is_told_to_the_saving(self):
        broken = self.request("example.com")["CertificateArn"]
        del self.acm._certificates[broken]["_requested"]
        good = self.request("example.com")["CertificateArn"]
        self.register(example_com=self.com)
        self.acm._certificates[broken]["DomainValidationOptions"][0]["ResourceRecord"] = {}
        self.prove(self.com, good)
        with self.assertLogs("slipway.edge", "ERROR"), mock.patch("aws.persistence.touch") as touched:
            validation.look()
        self.assertEqual("ISSUED", self.describe(good)["Status"])
        touched.assert_called_once_with("acm")

    def test_a_certificate_that_a_listener_serves_is_in_use_and_stays(self):
        old, new = self.issue("example.com"), self.issue("example.com", "www.example.com")
        answer = requests.listener("web", old)
        balancer, listener = one(answer, "LoadBalancerArn"), one(answer, "ListenerArn")
        self.assertEqual(([balancer], "ELIGIBLE"), (self.describe(old)["InUseBy"], self.describe(old)["RenewalEligibility"]))
        with self.account(OTHER, "us-east-1"):
            self.assertEqual([balancer], users.of(old), "asked from anywhere")
        answer = call("acm", ACM, "DeleteCertificate", CertificateArn=old)
        self.assertEqual("ResourceInUseException", answer["__type"])
        self.assertTrue(certificates.key_file(old).exists())
        query("elasticloadbalancing", "ModifyListener", ListenerArn=listener, **{"Certificates.member.1.CertificateArn": new})
        self.assertEqual(([], [balancer]), (self.describe(old)["InUseBy"], self.describe(new)["InUseBy"]))
        self.assertEqual({}, call("acm", ACM, "DeleteCertificate", CertificateArn=old))
        query("elasticloadbalancing", "DeleteListener", ListenerArn=listener)
        self.assertEqual({}, call("acm", ACM, "DeleteCertificate", CertificateArn=new))

    def test_only_issued_certificates_are_found_for_serving(self):
        pending, issued = self.request("www.example.org")["CertificateArn"], self.issue("example.com")
        with self.account(OTHER):
            self.assertIsNone(certificates.issued(pending))
            self.assertEqual("example.com", certificates.issued(issued)["DomainName"])
            self.assertIsNone(certificates.issued(f"{issued}0"))

    def test_a_start_removes_the_keys_of_certificates_that_are_gone(self):
        kept = certificates.key_file(self.issue("example.com"))
        left = kept.with_name("gone.pem")
        left.write_text("key")
        certificates.sweep()
        self.assertEqual([kept], list(kept.parent.iterdir()))
