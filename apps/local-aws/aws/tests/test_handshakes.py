import socket
import ssl
import threading

from ..edge import certificates, handshakes, servers
from ..probes.client import query
from .fronts_fixture import ELB, FrontsCase

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class Balancers(FrontsCase):
    def setUp(self):
        super().setUp()
        self.resolving("example.com", "example.org")
        self.web, self.name = self.balancer()
        self.first, self.second = self.certificate("example.com", "*.example.com"), self.certificate("example.org")

    def listen(self, **more):
        self.https = self.listener(self.web, 443, "HTTPS", self.first, **more)
        self.at = self.sock_of(self.web, 443)

    def add(self, arn, action="Add"):
        given = {"ListenerArn": self.https, "Certificates.member.1.CertificateArn": arn}
        self.assertNotIn("<Error>", query(ELB, f"{action}ListenerCertificates", **given))

    def shown(self, name):
        return self.serial(self.at, name)[0]

    def test_the_first_certificate_that_covers_the_name_is_shown_else_the_default_one(self):
        self.listen()
        self.add(self.second)
        first, second = self.serial_of(self.first), self.serial_of(self.second)
        asked = ("example.com", "www.example.com", "WWW.example.com", "example.org", "a.b.example.com", "www.example.org", self.name, None)
        self.assertEqual([first, first, first, second, first, first, first, first], [self.shown(name) for name in asked])
        self.assertEqual(b"443", self.get(self.at, "example.org", tls=self.trusting())[2])
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "Hostname mismatch"):
            self.get(self.at, self.name, tls=self.trusting())
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "unable to get local issuer|self.signed"):
            self.get(self.at, "example.org", tls=ssl.create_default_context())

    def test_another_certificate_is_shown_at_the_next_handshake_and_none_fails_meanwhile(self):
        self.listen()
        seen, failed, end = set(), [], threading.Event()

        def ask():
            while not end.is_set():
                try:
                    seen.add(self.shown("www.example.com"))
                except OSError as error:
                    failed.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        serials = [self.serial_of(self.first)]
        for names in (("example.com", "*.example.com", "example.org"), ("*.example.com", "example.org")):
            again = self.certificate(*names)
            serials.append(self.serial_of(again))
            self.modify(self.https, **{"Certificates.member.1.CertificateArn": again})
            while serials[-1] not in seen and not failed:
                pass
        end.set()
        asking.join(10)
        self.assertEqual(([], set(serials)), (failed, seen))

    def test_the_policy_decides_the_versions_and_changes_without_closing_the_port(self):
        old = {"low": ssl.TLSVersion.TLSv1, "high": ssl.TLSVersion.TLSv1_1}
        self.listen(SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
        running = self.open_server()
        for policy, served, refused in (
            ("ELBSecurityPolicy-TLS13-1-2-2021-06", ({"high": V12}, {"low": V13}), (old,)),
            ("ELBSecurityPolicy-TLS13-1-3-2021-06", ({"low": V13},), ({"high": V12}, old)),
            ("ELBSecurityPolicy-2016-08", ({"high": V12},), ({"low": V13}, old)),
            ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", ({"high": V12}, {"low": V13}), (old,)),
        ):
            self.modify(self.https, SslPolicy=policy)
            for versions in served:
                self.assertEqual(self.serial_of(self.first), self.serial(self.at, "example.com", **versions)[0], policy)
            for versions in refused:
                with self.assertRaisesRegex(ssl.SSLError, "PROTOCOL_VERSION|EOF", msg=(policy, versions)):
                    self.serial(self.at, "example.com", **versions)
        self.assertIs(running, self.open_server())

    def open_server(self):
        return next(server for key, server in servers._current.running.items() if key[1] == 443)

    def test_http2_is_offered_unless_the_load_balancer_has_it_off(self):
        self.listen()
        attribute = {"Attributes.member.1.Key": "routing.http2.enabled"}
        for value, agreed in (("true", "h2"), ("false", "http/1.1")):
            query(ELB, "ModifyLoadBalancerAttributes", LoadBalancerArn=self.web, **attribute, **{"Attributes.member.1.Value": value})
            context = self.trusting(alpn=["h2", "http/1.1"])
            with self.plain() as sock, context.wrap_socket(sock, server_hostname="example.com") as connection:
                self.assertEqual(agreed, connection.selected_alpn_protocol())

    def plain(self):
        return socket.create_connection(self.at, timeout=10)

    def test_a_listener_that_turns_from_http_to_https_keeps_its_port_open(self):
        http = self.listener(self.web, 8443)
        at = self.sock_of(self.web, 8443)
        self.assertEqual(200, self.get(at, "example.com")[0])
        self.modify(http, Protocol="HTTPS", **{"Certificates.member.1.CertificateArn": self.first})
        self.assertEqual(at, self.sock_of(self.web, 8443))
        self.assertEqual(200, self.get(at, "example.com", tls=self.trusting())[0])
        with self.assertRaises(OSError):
            self.get(at, "example.com")

    def test_a_certificate_whose_key_is_gone_ends_the_handshake_and_not_the_server(self):
        self.listen()
        self.add(self.second)
        certificates.key_file(self.second).unlink()
        with self.assertRaises(OSError):
            self.shown("example.org")
        self.assertEqual(self.serial_of(self.first), self.shown("example.com"))


class Versions(FrontsCase):
    def test_versions_of_aws_policies(self):
        for policy, found in (
            ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", (V12, V13, handshakes.STRICT)),
            ("ELBSecurityPolicy-TLS13-1-0-2021-06", (V12, V13, handshakes.WIDE)),
            ("ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", (V13, V13, handshakes.STRICT)),
            ("ELBSecurityPolicy-FS-1-2-Res-2020-10", (V12, V12, handshakes.STRICT)),
            ("ELBSecurityPolicy-TLS-1-2-2017-01", (V12, V12, handshakes.WIDE)),
        ):
            self.assertEqual(found, handshakes.versions(policy), policy)

    def test_a_wildcard_covers_one_label(self):
        for name, covered in (("a.example.com", True), ("example.com", False), ("a.b.example.com", False), (".example.com", True)):
            self.assertEqual(covered, certificates.covers(["*.example.com"], name), name)
        self.assertFalse(certificates.covers(["*.com"], "com"))
