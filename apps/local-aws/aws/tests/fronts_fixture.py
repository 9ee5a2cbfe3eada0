"""What the tests of fronts share: their real sockets in a loop of their own, certificates that DNS has proven, and clients."""
import asyncio
import http.client
import os
import socket
import ssl
import threading
import warnings
from unittest import mock

import h2.config
import h2.connection
import h2.events

from ..ecs import targets
from ..edge import authority, ports, servers, validation
from ..probes.client import one, query
from .edge_fixture import EdgeCase, Serving

ELB = "elasticloadbalancing"


def free_port():
    """A gateway's port whose network nobody else on this host uses, and a free one beside it for the door."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class FrontsCase(EdgeCase):
    """Servers as the gateway starts them. An action of the test's own is followed by `look`, as a request to the gateway is."""

    def setUp(self):
        super().setUp()
        self.enterContext(mock.patch.dict(os.environ, GATEWAY_PORT=str(free_port())))
        self.enterContext(mock.patch.object(ports, "_instead", {}))
        self.enterContext(mock.patch.object(servers, "_current", None))
        self.loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self.loop.run_forever)
        thread.start()
        self.addCleanup(self.loop.close)
        self.addCleanup(thread.join)
        self.addCleanup(self.loop.call_soon_threadsafe, self.loop.stop)
        self.run_in_loop(servers._start)
        self.addCleanup(self.stop)

    def run_in_loop(self, fn):
        async def run():
            return fn()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(10)

    def look(self):
        self.run_in_loop(servers._look)

    def stop(self):
        async def closed():
            servers._current.close()
            await asyncio.gather(*servers._current.closing)

        asyncio.run_coroutine_threadsafe(closed(), self.loop).result(10)

    # What is served

    def balancer(self, name="web"):
        made = query(ELB, "CreateLoadBalancer", Name=name)
        return one(made, "LoadBalancerArn"), one(made, "DNSName").lower()

    def listener(self, balancer, port, protocol="HTTP", certificate=None, action=None, **more):
        action = action or {"Type": "fixed-response", "FixedResponseConfig.StatusCode": "200", "FixedResponseConfig.MessageBody": str(port)}
        given = {f"DefaultActions.member.1.{name}": value for name, value in action.items()} | more
        given |= {"Certificates.member.1.CertificateArn": certificate} if certificate else {}
        arn = one(query(ELB, "CreateListener", LoadBalancerArn=balancer, Protocol=protocol, Port=port, **given), "ListenerArn")
        self.look()
        return arn

    def modify(self, listener, **given):
        self.assertIn("<ListenerArn>", query(ELB, "ModifyListener", ListenerArn=listener, **given))
        self.look()

    def redirect(self):
        to = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        return {"Type": "redirect", **{f"RedirectConfig.{name}": value for name, value in to.items()}}

    def app(self):
        """The action that forwards to an app, and what it is asked: the heads of requests."""
        target, group = Target(self), query(ELB, "CreateTargetGroup", Name="web", Protocol="HTTP", Port=80, TargetType="ip")
        self.enterContext(mock.patch.object(targets, "of", lambda _group: [target]))
        return {"Type": "forward", "TargetGroupArn": one(group, "TargetGroupArn")}, target.heads

    def resolving(self, *domains):
        """Zones of these domains, that the registrar knows, DNS and the authority."""
        self.zones = {domain: self.zone(domain) for domain in domains}
        for domain, made in self.zones.items():
            self.register(**{domain.replace(".", "_"): made})
        self.enterContext(Serving())
        authority.current()

    def certificate(self, *names):
        arn = self.request(*names)["CertificateArn"]
        for domain, made in self.zones.items():
            self.prove(made, arn, *(name for name in names if name.endswith(domain)))
        validation.look()
        self.assertEqual("ISSUED", self.describe(arn)["Status"])
        return arn

    # Clients

    def sock_of(self, front_key_part, port):
        """(address, port) of what is open for a front's port."""
        running = servers._current.running
        return next(server.sock.getsockname() for key, server in running.items() if front_key_part in key[0] and key[1] == port)

    def door(self):
        return servers._current.door.sock.getsockname()

    def trusting(self, low=None, high=None, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=str(authority.folder() / "root.pem"))
        # Else the client itself would refuse what a server may not serve.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version, context.maximum_version = low or ssl.TLSVersion.TLSv1_2, high or ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(list(alpn))
        return context

    def get(self, at, host, path="/", tls=None, method="GET", headers=None, name=None):
        """(status, headers, body) over HTTP/1.1 on a connection of its own; tls: the client's context; name: SNI, else the host's."""
        connection = http.client.HTTPConnection(*at, timeout=10)
        connection.connect()
        if tls is not None:
            connection.sock = tls.wrap_socket(connection.sock, server_hostname=name or host.partition(":")[0])
        try:
            connection.request(method, path, headers={"Host": host, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def serial(self, at, name, **versions):
        """The serial number of the certificate that a handshake shows, and the version that was agreed on."""
        context = self.trusting(**versions)
        context.check_hostname = False
        with socket.create_connection(at, timeout=10) as plain, context.wrap_socket(plain, server_hostname=name) as connection:
            return connection.getpeercert()["serialNumber"], connection.version()

    def serial_of(self, arn):
        return self.describe(arn)["Serial"].replace(":", "").upper()


class Target:
    """A healthy target of a load balancer, that keeps the heads of what it is asked."""

    request = targets.Target.request

    def __init__(self, case):
        self.heads, self.in_flight, self.health = [], 0, type("Health", (), {"state": "healthy"})()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.answer, "127.0.0.1", 0), case.loop).result(10)
        self.endpoint = started.sockets[0].getsockname()
        case.addCleanup(lambda: case.run_in_loop(started.close))

    async def answer(self, reader, writer):
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode().splitlines())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nServer: app\r\n\r\nfrom")
        writer.close()


def over_http2(at, context, name, path="/"):
    """(status, body) over HTTP/2."""
    with socket.create_connection(at, timeout=10) as plain, context.wrap_socket(plain, server_hostname=name) as sock:
        assert sock.selected_alpn_protocol() == "h2", sock.selected_alpn_protocol()
        client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        client.initiate_connection()
        asked = [(":method", "GET"), (":authority", name), (":scheme", "https"), (":path", path), ("cookie", "a=1"), ("cookie", "b=2")]
        client.send_headers(1, asked, end_stream=True)
        sock.sendall(client.data_to_send())
        status, body = None, b""
        while data := sock.recv(65536):
            for event in client.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    status = int(dict(event.headers)[":status"])
                elif isinstance(event, h2.events.DataReceived):
                    body += event.data
                elif isinstance(event, h2.events.StreamEnded):
                    return status, body
            sock.sendall(client.data_to_send())
    raise AssertionError("the connection ended before the answer")


