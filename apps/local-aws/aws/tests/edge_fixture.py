"""What the tests of names and certificates share: zones of several accounts, the registrar, questions in DNS's own form, the sockets."""
import asyncio
import contextlib
import json
import os
import ssl
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock
from xml.sax.saxutils import escape

import dns.flags
import dns.message
import dns.rcode

from .. import load, upstream
from ..edge import dns_server, quotas, registrar, resolver, zones
from ..probes import client
from ..probes import edge as requests

ACCOUNT, OTHER, REGION = "111111111111", "222222222222", "eu-west-1"
ACM = requests.ACM


class EdgeCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        load.load()

    def setUp(self):
        self.state = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(mock.patch.dict(os.environ, STATE_DIR=str(self.state), GATEWAY_PORT="4566"))
        self.enterContext(upstream.request_scope(ACCOUNT, REGION))
        self.route53, self.acm, self.alb = (upstream.service(name) for name in ("route53", "acm", "alb"))
        for each in (self.route53, self.acm, self.alb, quotas):
            each.reset()
            self.addCleanup(each.reset)

    @contextlib.contextmanager
    def account(self, account, region=REGION):
        with upstream.request_scope(account, region):
            yield

    # Route 53

    def zone(self, name):
        made, _answer = requests.zone(f"{name}.", f"{name} {len(self.route53._zones)} {upstream.account_id()}")
        return made

    def servers(self, zone_id):
        return zones.name_servers(zone_id)

    def change(self, zone_id, *changes):
        body = "".join(f"<Change><Action>{action}</Action><ResourceRecordSet>{of}</ResourceRecordSet></Change>" for action, of in changes)
        return requests.route53("POST", f"/hostedzone/{zone_id}/rrset/", f"<R><ChangeBatch><Changes>{body}</Changes></ChangeBatch></R>")

    def add(self, zone_id, name, kind, *values, more="", ttl=60):
        answer = self.change(zone_id, ("CREATE", record(name, kind, *values, more=more, ttl=ttl)))
        self.assertIn("<Status>", answer, answer)

    def alias(self, zone_id, name, target, kind="A"):
        target = f"<AliasTarget><HostedZoneId>Z1</HostedZoneId><DNSName>{target}</DNSName></AliasTarget>"
        answer = self.change(zone_id, ("CREATE", f"<Name>{name}</Name><Type>{kind}</Type>{target}"))
        self.assertIn("<Status>", answer, answer)

    def register(self, **zones_of):
        """domain=zone id, with _ for the dot"""
        known = {name.replace("_", "."): self.servers(zone_id) for name, zone_id in zones_of.items()}
        registrar.file().parent.mkdir(parents=True, exist_ok=True)
        registrar.file().write_text(json.dumps({**registrar.registered(), **known}))

    def delegate(self, parent, child_name, child):
        self.add(parent, child_name, "NS", *(f"{server}." for server in self.servers(child)), ttl=300)

    # DNS

    def ask(self, name, kind="A", recursion=True):
        query = dns.message.make_query(name, kind)
        if not recursion:
            query.flags &= ~dns.flags.RD
        return dns.message.from_wire(resolver.answer(query.to_wire()))

    def found(self, name, kind="A"):
        """The code, and the records as text."""
        answer = self.ask(name, kind)
        texts = [f"{each.name.to_text(omit_final_dot=True)} {value}" for each in answer.answer for value in sorted(map(str, each))]
        return [dns.rcode.to_text(answer.rcode()), *texts]

    # ACM

    def request(self, *names, **more):
        data = {"DomainName": names[0], "SubjectAlternativeNames": list(names), "ValidationMethod": "DNS", **more}
        return client.call("acm", ACM, "RequestCertificate", **data)

    def describe(self, arn):
        return client.call("acm", ACM, "DescribeCertificate", CertificateArn=arn)["Certificate"]

    def prove(self, zone_id, arn, *names):
        """Makes the validation records of a certificate, or of these of its names."""
        for option in self.describe(arn)["DomainValidationOptions"]:
            asked = option["ResourceRecord"]
            if not names or option["DomainName"] in names:
                self.change(zone_id, ("UPSERT", record(asked["Name"], asked["Type"], asked["Value"])))


def record(name, kind, *values, more="", ttl=60):
    held = "".join(f"<ResourceRecord><Value>{escape(value)}</Value></ResourceRecord>" for value in values)
    return f"<Name>{name}</Name><Type>{kind}</Type>{more}<TTL>{ttl}</TTL><ResourceRecords>{held}</ResourceRecords>"


class Serving:
    """The resolver's sockets, in a thread, on free ports of 127.0.0.1."""

    def __enter__(self):
        with mock.patch.object(dns_server.places, "candidates", lambda *ports: [("127.0.0.1", [0 for _ in ports])] * 5):
            self.sockets = dns_server.sockets()
        self.before, opened = dict(dns_server._state), threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve(opened)))
        self.thread.start()
        assert opened.wait(10)
        return self

    async def _serve(self, opened):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        await dns_server.serve(self.sockets, opened, self.stop)

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(10)
        dns_server._state.update(self.before)

def handshake(file, root, host):
    """A TLS handshake in memory, in which the client trusts the root alone."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(file)
    client.load_verify_locations(cadata=root)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(to_client, to_server, server_hostname=host), server.wrap_bio(to_server, to_client, server_side=True)
    for end in ends * 3:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
    assert ends[0].getpeercert(), "the handshake did not end"
