import json

from ..edge import users
from ..probes import delivery
from ..probes.client import call, one
from .delivery_fixture import DeliveryCase, code
from .edge_fixture import ACCOUNT, ACM, OTHER


class Names(DeliveryCase):
    def make(self, reference, *names, **more):
        """The error's code, or None."""
        return code(delivery.cloudfront("POST", "/distribution", delivery.config(reference, names=names, **more))[2])

    def change(self, record, text):
        return code(delivery.cloudfront("PUT", f"/distribution/{record['Id']}/config", text, if_match=record["ETag"])[2])

    def test_a_distribution_with_covered_names_is_made(self):
        arn = self.certificate("static.example.com", "*.example.org")
        self.assertIsNone(self.make("one", "static.example.com", "www.example.org", certificate=arn))
        self.assertIsNone(self.make("none"))

    def test_only_an_issued_certificate_of_us_east_1_and_the_own_account_is_taken(self):
        name = "static.example.com"
        bad = [self.certificate(name, region="eu-west-1"), self.certificate(name, issued=False), self.certificate(name, account=OTHER)]
        bad += [self.certificate(name).replace("certificate/", "certificate/0"), "text"]
        for arn in bad:
            self.assertEqual("InvalidViewerCertificate", self.make(arn, name, certificate=arn), arn)
            self.assertEqual("InvalidViewerCertificate", self.make(arn, certificate=arn), f"{arn} without a name")
        self.assertEqual([], self.cloudfront._distributions.values())

    def test_a_name_must_be_covered(self):
        arn = self.certificate("*.example.com")
        for name in ("example.com", "a.b.example.com", "static.example.org"):
            self.assertEqual("InvalidViewerCertificate", self.make(name, name, certificate=arn), name)
        text = delivery.cloudfront("POST", "/distribution", delivery.config("no", names=["a.example.com"]))[2]
        self.assertIn("you must attach a trusted certificate", text)
        text = delivery.cloudfront("POST", "/distribution", delivery.config("no", names=["a.example.org"], certificate=arn))[2]
        self.assertIn("t cover the alternate domain name", text)
        self.assertIsNone(self.make("yes", "Static.example.com", certificate=arn))

    def test_a_name_is_one_distributions_in_all_accounts(self):
        self.assertIsNone(self.make("first", "static.example.com", certificate=self.certificate("*.example.com")))
        mine = self.certificate("*.example.com")
        self.assertEqual("CNAMEAlreadyExists", self.make("second", "STATIC.example.com", certificate=mine))
        self.assertIsNone(self.make("wildcard", "*.example.com", certificate=mine), "a wildcard beside it in the same account")
        theirs = self.certificate("*.example.com", account=OTHER)
        with self.account(OTHER):
            self.assertEqual("CNAMEAlreadyExists", self.make("theirs", "static.example.com", certificate=theirs))
            self.assertEqual("CNAMEAlreadyExists", self.make("below", "other.example.com", certificate=theirs), "below a wildcard")

    def test_a_request_that_is_sent_again_makes_no_second_one_and_a_change_keeps_the_own_name(self):
        arn = self.certificate("static.example.com")
        for _ in range(2):
            self.assertIsNone(self.make("same", "static.example.com", certificate=arn))
        [record] = self.cloudfront._distributions.values()
        self.assertIsNone(self.change(record, delivery.config("same", names=["static.example.com"], certificate=arn)))
        before = record["config_xml"]
        self.assertEqual("InvalidViewerCertificate", self.change(record, delivery.config("same", names=["a.example.org"], certificate=arn)))
        self.assertEqual(before, record["config_xml"])
        self.assertEqual("NoSuchDistribution", self.change({"Id": "E0", "ETag": "e"}, delivery.config("same", names=["a.example.org"])))

    def test_its_certificate_is_in_use_until_it_goes(self):
        arn = self.certificate("static.example.com")
        self.make("one", "static.example.com", certificate=arn)
        [record] = self.cloudfront._distributions.values()
        self.assertEqual([record["ARN"]], users.of(arn))
        with self.account(ACCOUNT, "us-east-1"):
            self.assertEqual([record["ARN"]], self.describe(arn)["InUseBy"])
            self.assertIn("ResourceInUseException", json.dumps(call("acm", ACM, "DeleteCertificate", CertificateArn=arn)))
        text = delivery.config("one", names=["static.example.com"], certificate=arn).replace("<Enabled>true", "<Enabled>false")
        self.assertIsNone(self.change(record, text))
        self.assertEqual(204, delivery.cloudfront("DELETE", f"/distribution/{record['Id']}", if_match=record["ETag"])[0])
        self.assertEqual([], users.of(arn))

    def test_a_change_is_in_progress_before_it_is_deployed(self):
        self.make("one")
        [record] = self.cloudfront._distributions.values()

        def status():
            shown = [delivery.cloudfront("GET", path)[2] for path in (f"/distribution/{record['Id']}", "/distribution")]
            return [one(text, "Status") for text in shown]

        self.assertEqual(["InProgress"] * 2, status())
        record["LastModifiedTime"] = "2026-01-01T00:00:00.000Z"
        self.assertEqual(["Deployed"] * 2, status())
        self.assertIsNone(self.change(record, delivery.config("one", more="<Comment>changed</Comment>")))
        self.assertEqual(["InProgress"] * 2, status())
