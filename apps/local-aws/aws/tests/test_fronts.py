import errno
import socket
from unittest import mock

from ..edge import fronts, ports, servers
from ..probes.client import query
from .edge_fixture import OTHER
from .fronts_fixture import ELB, FrontsCase, over_http2


class Sockets(FrontsCase):
    def test_each_load_balancer_has_an_address_of_its_own_and_its_listeners_ports(self):
        web, name = self.balancer()
        self.listener(web, 80)
        self.listener(web, 8000)
        with self.account(OTHER):
            other, other_name = self.balancer()
            self.listener(other, 8000, action={"Type": "fixed-response", "FixedResponseConfig.StatusCode": "418"})
        network = self.sock_of(web, 8000)[0].rpartition(".")[0]
        self.assertEqual((f"{network}.2", f"{network}.3"), (self.sock_of(web, 80)[0], self.sock_of(other, 8000)[0]))
        self.assertEqual([b"80", b"8000"], [self.get(self.sock_of(web, port), name)[2] for port in (80, 8000)])
        self.assertEqual(418, self.get(self.sock_of(other, 8000), other_name)[0], "found in the other account")
        self.assertEqual([f"{network}.2"], fronts.addresses(name))
        self.assertEqual([f"{network}.2"], fronts.addresses(f"dualstack.{name}"))

    def test_a_listener_that_goes_closes_its_port_alone(self):
        web, name = self.balancer()
        one, _two = self.listener(web, 8000), self.listener(web, 8001)
        at, kept = self.sock_of(web, 8000), self.sock_of(web, 8001)
        query(ELB, "DeleteListener", ListenerArn=one)
        self.look()
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(at, timeout=5)
        self.assertEqual(b"8001", self.get(kept, name)[2])
        query(ELB, "DeleteLoadBalancer", LoadBalancerArn=web)
        self.look()
        self.assertEqual((None, {}), (fronts.addresses(name), servers._current.running))

    def test_a_port_that_is_taken_is_said_once_and_opened_when_it_is_free(self):
        web, name = self.balancer()
        address = next(fronts.listed()).address
        with ports.bound(address, 8000) as taken, self.assertLogs("slipway.edge", "ERROR") as said:
            taken.listen()
            self.listener(web, 8000)
            self.look()
        self.assertRegex("".join(said.output), f"^[^\n]*{web} does not answer on port 8000: [^\n]*in use$")
        self.look()
        self.assertEqual(b"8000", self.get((address, 8000), name)[2])

    def test_without_the_right_to_low_ports_others_are_opened_said_once_and_redirects_lead_there(self):
        bound = ports.bound

        def without_low_ports(address, port):
            if 0 < port < 1024:
                raise PermissionError(errno.EACCES, "Permission denied")
            return bound(address, port)

        with mock.patch.object(ports, "bound", without_low_ports), self.assertLogs("slipway.edge", "WARNING") as said:
            self.resolving("example.com")
            arn = self.certificate("example.com")
            for name in ("web", "api"):
                balancer, _ = self.balancer(name)
                self.listener(balancer, 80, action=self.redirect())
                action, heads = self.app() if name == "web" else (None, None)
                self.listener(balancer, 443, "HTTPS", arn, action)
                web = balancer if name == "web" else web
                asked = heads if name == "web" else asked
        self.assertEqual(2, len(said.output), said.output)
        self.assertIn("port 80 may not be opened here: load balancers answer on 8080 instead; sysctl", said.output[0])
        self.assertEqual((8080, 8443), (self.sock_of(web, 80)[1], self.sock_of(web, 443)[1]))
        self.assertEqual({"80": 8080, "443": 8443}, servers.facts()["ports"])
        moved = self.get(self.sock_of(web, 80), "example.com:8080", "/a%20b?c")[1]["location"]
        self.assertEqual("https://example.com:8443/a%20b?c", moved)
        self.assertEqual(b"from", self.get(self.sock_of(web, 443), "example.com:8443", tls=self.trusting())[2])
        self.assertIn("host: example.com:8443", asked[0], "an app compares it with the browser's Origin")

    def test_where_127_0_0_1_is_the_only_address_the_door_opens_alone(self):
        bound = ports.bound

        def as_on_macos(address, port):
            if address != "127.0.0.1":
                raise ports.NoAddress(f"{address} is no address of this system")
            return bound(address, port)

        web, name = self.balancer()
        with mock.patch.object(ports, "bound", as_on_macos), self.assertLogs("slipway.edge", "ERROR"):
            self.listener(web, 80)
        self.assertEqual({}, servers._current.running)
        self.assertEqual(b"80", self.get(self.door(), name)[2])

    def test_an_address_that_a_system_lacks_is_told_apart_from_a_port_that_is_taken(self):
        with self.assertRaisesRegex(ports.NoAddress, "^192.0.2.1 is no address of this system$"):
            ports.bound("192.0.2.1", 8000)


    def test_without_file_descriptors_it_accepts_later(self):
        web, name = self.balancer()
        self.listener(web, 8000)
        server = next(iter(servers._current.running.values()))
        real = server.sock
        server.sock = mock.Mock(wraps=real, accept=mock.Mock(side_effect=OSError(errno.EMFILE, "Too many open files")))
        with self.assertLogs("slipway.edge", "WARNING") as said:
            self.run_in_loop(server._accept)
        server.sock = real
        self.assertIn("accepts nothing: [Errno 24] Too many open files", said.output[0])
        self.assertEqual(b"8000", self.get(real.getsockname(), name)[2])


class Requests(FrontsCase):
    def setUp(self):
        super().setUp()
        self.web, self.name = self.balancer()
        self.action, self.heads = self.app()

    def test_a_target_gets_the_request_as_the_client_wrote_it_and_who_asked_how(self):
        self.resolving("example.com")
        self.listener(self.web, 443, "HTTPS", self.certificate("example.com"), self.action)
        at = self.sock_of(self.web, 443)
        self.assertEqual(b"from", self.get(at, "example.com", "/a%2Fb%20c?d=%26", tls=self.trusting())[2])
        self.assertEqual("GET /a%2Fb%20c?d=%26 HTTP/1.1", self.heads[0][0])
        sent = {"host: example.com", "x-forwarded-proto: https", "x-forwarded-port: 443", "x-forwarded-for: 127.0.0.1"}
        self.assertLessEqual(sent, set(self.heads[0]))
        self.assertEqual((200, b"from"), over_http2(at, self.trusting(alpn=["h2"]), "example.com", "/two"))
        self.assertEqual("GET /two HTTP/1.1", self.heads[1][0])
        self.assertLessEqual({"host: example.com", "cookie: a=1; b=2"}, set(self.heads[1]))

    def test_headers_with_invalid_names_are_dropped_when_the_load_balancer_says_so(self):
        self.listener(self.web, 8000, action=self.action)
        attribute = {"Attributes.member.1.Key": "routing.http.drop_invalid_header_fields.enabled", "Attributes.member.1.Value": "true"}
        for drops in (False, True):
            if drops:
                query(ELB, "ModifyLoadBalancerAttributes", LoadBalancerArn=self.web, **attribute)
            self.get(self.sock_of(self.web, 8000), self.name, headers={"x_under": "1", "x-valid": "1"})
            self.assertEqual((not drops, True), ("x_under: 1" in self.heads[-1], "x-valid: 1" in self.heads[-1]))

    def test_an_ended_connection_and_a_websocket_hurt_nobody(self):
        self.listener(self.web, 8000, action=self.action)
        at = self.sock_of(self.web, 8000)
        with socket.create_connection(at, timeout=5) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
        upgrade |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1Ng=="}
        self.assertEqual(403, self.get(at, self.name, headers=upgrade)[0])
        self.assertEqual(b"from", self.get(at, self.name)[2])

    def test_what_fails_is_a_bad_gateway_and_is_logged(self):
        self.listener(self.web, 8000, action=self.action)
        with mock.patch.dict(fronts.SERVERS, lb=mock.AsyncMock(side_effect=RuntimeError("defect"))):
            with self.assertLogs("slipway.edge", "ERROR") as said:
                self.assertEqual(502, self.get(self.sock_of(self.web, 8000), self.name, "/x")[0])
        self.assertIn(f"GET {self.name}/x", said.output[0])
