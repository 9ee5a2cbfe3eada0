import os
import ssl
from unittest import mock

from ..edge import door, servers, validation
from .edge_fixture import ACCOUNT, OTHER, record
from .fronts_fixture import FrontsCase, over_http2


class Door(FrontsCase):
    def setUp(self):
        super().setUp()
        self.resolving("example.localhost")
        self.zone_id = self.zones["example.localhost"]
        self.web, self.name = self.balancer()

    def lead(self, name, target):
        alias = f"<AliasTarget><HostedZoneId>Z1</HostedZoneId><DNSName>{target}</DNSName></AliasTarget>"
        self.change(self.zone_id, ("UPSERT", f"<Name>{name}</Name><Type>A</Type>{alias}"))

    def https(self, host, **more):
        return self.get(self.door(), f"{host}:{self.door()[1]}", tls=self.trusting(), **more)

    def test_a_front_is_found_by_the_name_that_is_asked_for_and_http_by_its_first_byte(self):
        self.listener(self.web, 80, action=self.redirect())
        action, heads = self.app()
        self.listener(self.web, 443, "HTTPS", self.certificate("*.example.localhost"), action)
        self.lead("www.example.localhost", self.name)
        port = self.door()[1]
        moved = self.get(self.door(), f"www.example.localhost:{port}", "/a%20b?c")
        self.assertEqual((301, f"https://www.example.localhost:{port}/a%20b?c"), (moved[0], moved[1]["location"]))
        self.assertEqual("https://www.example.localhost:443/", self.get(self.door(), "www.example.localhost")[1]["location"], "led here")
        self.assertEqual(b"from", self.https("www.example.localhost")[2])
        self.assertLessEqual({f"host: www.example.localhost:{port}", "x-forwarded-proto: https", "x-forwarded-port: 443"}, set(heads[0]))
        self.assertEqual((200, b"from"), over_http2(self.door(), self.trusting(alpn=["h2"]), "www.example.localhost"))

    def test_a_name_whose_alias_leads_elsewhere_opens_elsewhere(self):
        arn = self.certificate("*.example.localhost")
        self.listener(self.web, 443, "HTTPS", arn)
        with self.account(OTHER):
            other, other_name = self.balancer("other")
            self.listener(other, 8443, "HTTPS", self.proven_elsewhere("*.example.localhost"))
        for name, answered in ((self.name, b"443"), (other_name, b"8443"), (self.name, b"443")):
            self.lead("www.example.localhost", f"dualstack.{name}")
            self.assertEqual(answered, self.https("www.example.localhost")[2])

    def proven_elsewhere(self, name):
        """A certificate of this account, whose record is in the zone of the first."""
        arn = self.request(name)["CertificateArn"]
        asked = self.describe(arn)["DomainValidationOptions"][0]["ResourceRecord"]
        with self.account(ACCOUNT):
            self.change(self.zone_id, ("UPSERT", record(asked["Name"], asked["Type"], asked["Value"])))
        validation.look()
        self.assertEqual("ISSUED", self.describe(arn)["Status"])
        return arn

    def test_names_that_lead_nowhere_are_told_so(self):
        self.listener(self.web, 443, "HTTPS", self.certificate("example.localhost"))
        for host in ("none.example.localhost", "example.org", "127.0.0.1", "a..b", "%", "-"):
            status, _fields, body = self.get(self.door(), host)
            self.assertEqual((404, f"No load balancer, distribution or API answers HTTP for the name {host}.\n".encode()), (status, body))
        untrusting = ssl._create_unverified_context()
        status, _fields, body = self.get(self.door(), "none.example.localhost", tls=untrusting)
        said = b"No load balancer, distribution or API answers HTTPS for the name none.example.localhost.\n"
        self.assertEqual((404, said), (status, body))

    def test_a_load_balancer_without_https_is_no_padlock(self):
        self.listener(self.web, 80)
        self.lead("www.example.localhost", self.name)
        self.assertEqual(b"80", self.get(self.door(), "www.example.localhost")[2])
        with self.assertRaisesRegex(ssl.SSLError, "UNRECOGNIZED_NAME|EOF"):
            self.https("www.example.localhost")

    def test_it_opens_with_the_first_front_beside_the_gateways_port_or_on_a_free_one(self):
        self.assertIsNone(servers.facts()["door"])
        self.listener(self.web, 80)
        gateway = int(os.environ["GATEWAY_PORT"])
        self.assertEqual(f"127.0.0.1:{self.door()[1]}", servers.facts()["door"])
        with door.ports.bound("127.0.0.1", 0) as taken, mock.patch.dict(os.environ, GATEWAY_PORT=str(taken.getsockname()[1] - 1)):
            taken.listen()
            with door.opened() as instead:
                self.assertNotIn(instead.getsockname()[1], (0, gateway, taken.getsockname()[1]))
        free = door.ports.bound("127.0.0.1", 0)
        number = free.getsockname()[1]
        free.close()
        with mock.patch.dict(os.environ, GATEWAY_PORT=str(number - 1)), door.opened() as beside:
            self.assertEqual(number, beside.getsockname()[1])
