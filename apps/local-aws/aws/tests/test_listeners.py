import re

from ..edge import users
from ..probes import edge as requests
from ..probes.client import one, query
from .edge_fixture import ACCOUNT, EdgeCase


class Listeners(EdgeCase):
    def certificate(self, name="example.com", issued=True):
        arn = self.request(name)["CertificateArn"]
        if issued:
            self.acm._certificates[arn]["Status"] = "ISSUED"
        return arn

    def code(self, answer):
        found = re.search("<Code>([^<]*)</Code>", answer)
        return found and found[1]

    def further(self, action, *arns):
        given = {f"Certificates.member.{number}.CertificateArn": arn for number, arn in enumerate(arns, 1)}
        return query("elasticloadbalancing", f"{action}ListenerCertificates", ListenerArn=self.listener, **given)

    def rows(self):
        return re.findall("<CertificateArn>([^<]*)</CertificateArn><IsDefault>([^<]*)<", self.further("Describe"))

    def start(self):
        self.default = self.certificate()
        answer = requests.listener("web", self.default)
        self.listener, self.balancer = one(answer, "ListenerArn"), one(answer, "LoadBalancerArn")

    def test_only_an_issued_certificate_of_the_region_is_taken(self):
        with self.account(ACCOUNT, "us-east-1"):
            elsewhere = self.certificate()
        pending, gone = self.certificate(issued=False), self.certificate().replace("certificate/", "certificate/0")
        for number, arn in enumerate((elsewhere, gone, "text")):
            self.assertEqual("CertificateNotFound", self.code(requests.listener(f"web{number}", arn)), arn)
        self.assertEqual("UnsupportedCertificate", self.code(requests.listener("pending", pending)))
        self.assertEqual("ValidationError", self.code(requests.listener("web")))
        self.assertEqual("TooManyCertificates", self.code(requests.listener("two", *[self.certificate()] * 2)))
        self.assertEqual([], self.alb._listeners.values())

    def test_a_change_to_a_pending_certificate_is_refused_and_changes_nothing(self):
        self.start()
        change = {"ListenerArn": self.listener, "Certificates.member.1.CertificateArn": self.certificate(issued=False)}
        self.assertEqual("UnsupportedCertificate", self.code(query("elasticloadbalancing", "ModifyListener", **change)))
        self.assertEqual([(self.default, "true")], self.rows())

    def test_further_certificates_are_added_listed_and_removed(self):
        self.start()
        one_more, another = self.certificate("example.org"), self.certificate("example.net")
        self.assertEqual(2, self.further("Add", one_more, another).count("<IsDefault>false"))
        self.further("Add", one_more)
        self.assertEqual([(self.default, "true"), (one_more, "false"), (another, "false")], self.rows())
        self.assertEqual([self.balancer], users.of(one_more))
        self.further("Remove", one_more)
        self.assertEqual([], users.of(one_more))
        self.assertEqual("OperationNotPermitted", self.code(self.further("Remove", self.default)))
        self.assertEqual([(self.default, "true"), (another, "false")], self.rows())

    def test_what_cannot_be_added(self):
        self.start()
        self.assertEqual("UnsupportedCertificate", self.code(self.further("Add", self.certificate(issued=False))))
        self.assertEqual("CertificateNotFound", self.code(self.further("Add", "text")))
        self.assertIsNone(self.code(self.further("Add", *(self.certificate() for _ in range(25)))))
        self.assertEqual("TooManyCertificates", self.code(self.further("Add", self.certificate())))
        self.assertEqual(26, len(self.rows()))
        self.listener += "0"
        for action in ("Add", "Remove", "Describe"):
            self.assertEqual("ListenerNotFound", self.code(self.further(action)))

    def test_a_listener_that_changes_to_http_or_goes_serves_none(self):
        self.start()
        more = self.certificate("example.org")
        self.further("Add", more)
        query("elasticloadbalancing", "ModifyListener", ListenerArn=self.listener, Protocol="HTTP")
        self.assertEqual(([], [], []), (self.rows(), users.of(more), users.of(self.default)))
