import base64
import socket
import ssl
import struct
import time
import unittest
import urllib.error
import urllib.request
from unittest import mock

import dns.message
import dns.query
import dns.rcode

from ..edge import authority, dns_server, places, zones
from .edge_fixture import EdgeCase, Serving


class Sockets(EdgeCase):
    def setUp(self):
        super().setUp()
        self.made = self.zone("example.com")
        self.register(example_com=self.made)
        self.add(self.made, "www.example.com", "A", "192.0.2.1")
        self.add(self.made, "many.example.com", "TXT", *(f'"{number:060}"' for number in range(40)))
        self.serving = self.enterContext(Serving())
        self.address, self.port = dns_server.endpoint()

    def test_udp_says_that_it_was_cut_and_tcp_gives_it_whole(self):
        small = dns.message.make_query("www.example.com", "A")
        self.assertIn("192.0.2.1", str(dns.query.udp(small, self.address, 5, self.port).answer[0]))
        large = dns.message.make_query("many.example.com", "TXT")
        whole, over_tcp = dns.query.udp_with_fallback(large, self.address, 5, self.port)
        self.assertEqual((True, 40), (over_tcp, len(whole.answer[0])))

    def test_several_questions_on_one_connection_and_one_in_pieces(self):
        wire = dns.message.make_query("www.example.com", "A").to_wire()
        with socket.create_connection((self.address, self.port), timeout=5) as connection:
            connection.sendall(2 * (struct.pack("!H", len(wire)) + wire))
            connection.sendall(struct.pack("!H", len(wire)))
            time.sleep(0.05)
            connection.sendall(wire[:5])
            time.sleep(0.05)
            connection.sendall(wire[5:])
            read = connection.makefile("rb")
            for _ in range(3):
                answer = dns.message.from_wire(read.read(struct.unpack("!H", read.read(2))[0]))
                self.assertIn("192.0.2.1", str(answer.answer[0]))

    def test_nonsense_neither_answers_nor_stops_it(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"", (self.address, self.port))
            client.sendto(b"nonsense", (self.address, self.port))
        with socket.create_connection((self.address, self.port), timeout=5) as connection:
            connection.sendall(b"\0\3abc")
            self.assertEqual(b"", connection.recv(10), "the connection is closed")
        with socket.create_connection((self.address, self.port), timeout=5) as connection:
            connection.sendall(b"\0")
        question = dns.message.make_query("www.example.com", "A")
        self.assertEqual(dns.rcode.NOERROR, dns.query.udp(question, self.address, 5, self.port).rcode())

    def test_question_and_answer_take_less_than_3_ms_of_cpu(self):
        question, began = dns.message.make_query("www.example.com", "A"), time.process_time()
        for _ in range(50):
            dns.query.udp(question, self.address, 5, self.port)
        self.assertLess((time.process_time() - began) / 50, 0.003)

    def https(self, method="POST", path="/dns-query", body=None, kind="application/dns-message", trusted=True):
        context = ssl.create_default_context(cafile=str(authority.folder() / "root.pem") if trusted else None)
        url = dns_server.describe()["https"].replace("/dns-query", path)
        asked = urllib.request.Request(url, data=body, method=method, headers={"content-type": kind})
        try:
            with urllib.request.urlopen(asked, context=context, timeout=5) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def test_https_answers_post_and_get_to_who_trusts_the_authority(self):
        authority.current()
        wire = dns.message.make_query("www.example.com", "A", id=0).to_wire()
        encoded = base64.urlsafe_b64encode(wire).rstrip(b"=").decode()
        for answer in (self.https(body=wire), self.https("GET", f"/dns-query?dns={encoded}")):
            self.assertEqual((200, "application/dns-message"), (answer[0], answer[1]["content-type"]))
            self.assertEqual("max-age=60", answer[1]["cache-control"], "the answer's own time")
            self.assertIn("192.0.2.1", str(dns.message.from_wire(answer[2]).answer[0]))
        with self.assertRaisesRegex(urllib.error.URLError, "CERTIFICATE_VERIFY_FAILED"):
            self.https(body=wire, trusted=False)

    def test_https_refuses_with_the_status_that_fits(self):
        authority.current()
        wire = dns.message.make_query("www.example.com", "A").to_wire()
        for status, asked in (
            (404, {"path": "/other", "body": wire}),
            (405, {"method": "PUT", "body": wire}),
            (415, {"body": wire, "kind": "application/json"}),
            (413, {"body": b"\0" * 70000}),
            (400, {"body": b"short"}),
            (400, {"method": "GET"}),
            (400, {"method": "GET", "path": "/dns-query?dns=***"}),
        ):
            with self.subTest(status=status, asked={key: value for key, value in asked.items() if key != "body"}):
                self.assertEqual(status, self.https(**asked)[0])
        malformed = dns.message.from_wire(self.https(body=wire[:-1])[2])
        self.assertEqual(dns.rcode.FORMERR, malformed.rcode())


class Places(unittest.TestCase):
    def setUp(self):
        self.enterContext(mock.patch.dict("os.environ", GATEWAY_PORT="4566"))

    def test_each_gateway_has_loopback_addresses_of_its_own(self):
        self.assertEqual("127.17.214.1", places.resolver())
        with mock.patch.dict("os.environ", GATEWAY_PORT="1024"):
            self.assertEqual("127.4.0.1", places.resolver(), "never 127.0.0.x")
        with mock.patch.dict("os.environ", GATEWAY_PORT="65535"):
            self.assertEqual("127.255.255.1", places.resolver())

    def test_other_ports_are_taken_where_low_ones_may_not_be_opened_and_another_address_where_there_is_none(self):
        bound = dns_server._bound

        def without_low_ports(kind, address, port):
            if 0 < port < 1024:
                raise PermissionError(13, "Permission denied")
            return bound(kind, address, port)

        def as_on_macos(kind, address, port):
            if address != "127.0.0.1":
                raise OSError(49, "Can't assign requested address")
            return bound(kind, address, port)

        for instead, address, ports in ((without_low_ports, "127.17.214.1", {8053, 8443}), (as_on_macos, "127.0.0.1", None)):
            with mock.patch.object(dns_server, "_bound", instead):
                found = dns_server.sockets()
            names = [each.getsockname() for each in found]
            for each in found:
                each.close()
            self.assertEqual({address}, {name[0] for name in names})
            self.assertEqual(names[0], names[1], "UDP and TCP have the same port")
            self.assertTrue(ports is None or ports == {name[1] for name in names}, names)

    def test_without_any_address_it_is_one_sentence(self):
        with mock.patch.object(dns_server, "_bound", side_effect=PermissionError(13, "Permission denied")):
            with self.assertRaisesRegex(OSError, r"no address for the resolver: 127.17.214.1:53: .*; 127.17.214.1:8053: .*; 127.0.0.1:0: "):
                dns_server.sockets()


class Opening(EdgeCase):
    def test_nothing_is_opened_without_a_public_zone_or_before_the_start(self):
        with mock.patch.object(dns_server, "start") as start, mock.patch.object(zones, "_made", []):
            dns_server._open_with_zones()
            self.zone("example.net")
            start.assert_not_called()
            zones.on_made(dns_server._open_with_zones)
            self.zone("example.com")
            start.assert_called_once_with()

    def test_before_it_is_open_only_the_registrar_is_known(self):
        found = dns_server.describe()
        self.assertEqual((None, None, None), (found["resolver"], found["https"], found["authority"]))
        self.assertEqual(str(self.state / "edge/registrar.json"), found["registrar"])
