import json
import re
from unittest import mock

from .. import upstream
from ..edge import registrar, zones
from ..probes import edge as requests
from .edge_fixture import ACCOUNT, OTHER, EdgeCase, record

real = zones.name_servers


def shown(answer):
    return re.findall("<NameServer>([^<]*)", answer)


class Zones(EdgeCase):
    def test_each_zone_has_four_name_servers_of_its_own_and_shows_the_same_everywhere(self):
        made, answer = requests.zone("example.com.", "one")
        servers = shown(answer)
        self.assertEqual(4, len(set(servers)))
        for server, end in zip(servers, ("com", "net", "org", "co.uk"), strict=True):
            self.assertRegex(server, rf"^ns-\d+\.awsdns-\d\d\.{re.escape(end)}$")
        self.assertEqual(servers, shown(requests.route53("GET", f"/hostedzone/{made}")))
        kept = {each["Type"]: each["ResourceRecords"] for each in self.route53._records[made]}
        self.assertEqual([f"{server}." for server in servers], kept["NS"])
        self.assertTrue(kept["SOA"][0].startswith(f"{servers[0]}. awsdns-hostmaster.amazon.com. 1 "), kept["SOA"])

    def test_a_request_that_is_sent_again_shows_the_first_zones_servers(self):
        _, first = requests.zone("example.com.", "one")
        _, again = requests.zone("example.com.", "one")
        _, other = requests.zone("example.com.", "two")
        self.assertEqual(shown(first), shown(again))
        self.assertTrue(set(shown(first)).isdisjoint(shown(other)))

    def test_a_new_zone_takes_no_server_of_another_zone_or_of_an_old_delegation(self):
        first = self.zone("example.com")
        self.register(example_com=first)
        requests.route53("DELETE", f"/hostedzone/{first}")
        second = self.zone("example.com")
        self.add(second, "child.example.com", "NS", "ns-0.awsdns-00.com", "ns-513.awsdns-00.net")
        ids = iter(["Z1", "Z2", "Z3", "Z4"])
        servers = {"Z1": self.servers(first), "Z2": self.servers(second), "Z3": ["ns-513.awsdns-00.net"], "Z4": ["ns-1.awsdns-00.com"]}
        self.enterContext(mock.patch.object(self.route53.random, "choices", lambda *_, **__: next(ids)[1:]))
        self.enterContext(mock.patch.object(zones, "name_servers", lambda zone_id: servers.get(zone_id) or real(zone_id)))
        self.assertEqual("Z4", self.route53._zone_id())

    def test_public_zones_of_all_accounts_and_no_private_ones(self):
        self.zone("example.com")
        with self.account(OTHER):
            self.zone("example.org")
        private = "<HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig>"
        requests.route53("POST", "/hostedzone", f"<R><Name>example.net.</Name><CallerReference>p</CallerReference>{private}</R>")
        self.assertEqual({(ACCOUNT, "example.com."), (OTHER, "example.org.")}, {(a, z["name"]) for a, z, _ in zones.public()})

    def test_tags_of_every_account_come_back(self):
        tag = "<R><AddTags><Tag><Key>Owner</Key><Value>team</Value></Tag></AddTags></R>"
        with self.account(OTHER):
            made = self.zone("example.org")
            requests.route53("POST", f"/tags/hostedzone/{made}", tag)
        saved = json.loads(upstream.to_json("route53", self.route53.get_state()))["payload"]["tags_of_all_accounts"]
        self.assertEqual([[OTHER, "hostedzone", made, {"Owner": "team"}]], saved)
        state = self.route53.get_state()
        self.route53.reset()
        self.route53.load_persisted_state(state)
        with self.account(OTHER):
            self.assertIn("<Key>Owner</Key>", requests.route53("GET", f"/tags/hostedzone/{made}"))


class Records(EdgeCase):
    def setUp(self):
        super().setUp()
        self.made = self.zone("example.com")

    def refused(self, *changes):
        before = self.route53._records[self.made]
        answer = self.change(self.made, *changes)
        self.assertIs(before, self.route53._records[self.made], answer)
        return re.search("<Code>([^<]*)</Code><Message>(.*)</Message>", answer).groups()

    def test_what_no_server_could_answer_with_is_refused_in_awss_words(self):
        self.add(self.made, "www.example.com", "A", "192.0.2.1")
        self.add(self.made, "shop.example.com", "CNAME", "www.example.com")
        for name, kind, value, words in (
            ("www.example.org", "A", "192.0.2.1", r"RRSet with DNS name www.example.org. is not permitted in zone example.com."),
            ("notexample.com", "A", "192.0.2.1", "is not permitted in zone"),
            ("example.com", "CNAME", "www.example.com", "is not permitted at apex in zone example.com."),
            ("www.example.com", "CNAME", "example.com", "as it conflicts with other records with the same DNS name"),
            ("shop.example.com", "TXT", '"a"', "conflicting RRSet of type CNAME with the same DNS name already exists"),
            ("a.example.com", "A", "192.0.2", "FATAL problem: .* encountered with '192.0.2'"),
            ("a.example.com", "A", "2001:db8::1", "FATAL problem"),
            ("a.example.com", "MX", "mail.example.com", "FATAL problem"),
            ("a.example.com", "TXT", "v=spf1 -all", "Value should be enclosed in quotation marks"),
            ("a.example.com", "TXT", f'"{"a" * 256}"', "FATAL problem"),
            (f"{'a' * 64}.example.com", "A", "192.0.2.1", "Domain label is too long"),
        ):
            with self.subTest(name=name, kind=kind):
                code, message = self.refused(("CREATE", record(name, kind, value)))
                self.assertEqual("InvalidChangeBatch", code)
                self.assertRegex(message, words)

    def test_unknown_types_and_record_sets_without_a_value_are_refused(self):
        code, message = self.refused(("CREATE", record("a.example.com", "AXFR", "x")))
        self.assertEqual("InvalidInput", code)
        self.assertIn("Value 'AXFR' at 'type'", message)
        self.assertIn("but found none", self.refused(("CREATE", record("a.example.com", "A")))[1])

    def test_a_zone_keeps_its_ns_and_soa_and_one_wrong_change_undoes_the_others(self):
        held = {each["Type"]: each["ResourceRecords"] for each in self.route53._records[self.made]}
        deletion = ("DELETE", record("example.com.", "NS", *held["NS"], ttl=172800))
        self.assertIn("at least one NS record", self.refused(deletion)[1])
        self.assertIn("exactly one SOA record", self.refused(("DELETE", record("example.com.", "SOA", *held["SOA"], ttl=900)))[1])
        good = ("CREATE", record("www.example.com", "A", "192.0.2.1"))
        self.refused(good, ("CREATE", record("www.example.org", "A", "192.0.2.1")))
        self.assertEqual(["NXDOMAIN"], self.found("www.example.com"))

    def test_a_cname_may_take_the_place_of_an_address_in_one_change(self):
        self.add(self.made, "www.example.com", "A", "192.0.2.1")
        changes = ("DELETE", record("www.example.com", "A", "192.0.2.1")), ("CREATE", record("www.example.com", "CNAME", "example.org"))
        self.assertIn("<Status>", self.change(self.made, *changes))


class Registrar(EdgeCase):
    def test_the_file_is_followed_and_names_are_taken_as_people_write_them(self):
        self.assertEqual({}, registrar.registered())
        registrar.file().parent.mkdir(parents=True)
        registrar.file().write_text('{"Example.COM.": ["NS-1.awsdns-00.com."]}')
        self.assertEqual({"example.com": ["ns-1.awsdns-00.com"]}, registrar.registered())
        registrar.file().unlink()
        self.assertEqual({}, registrar.registered())

    def test_a_slip_in_the_file_is_said_once_and_changes_nothing(self):
        registrar.file().parent.mkdir(parents=True)
        registrar.file().write_text('{"example.com": ["ns-1.awsdns-00.com"]}')
        known = registrar.registered()
        for slip in ("", "{", "[]", "7", '{"example.com": "ns-1.awsdns-00.com"}', '{"example.com": [1]}'):
            registrar.file().write_text(slip)
            with self.subTest(slip=slip), self.assertLogs("slipway.edge", "WARNING") as logs:
                self.assertEqual(known, registrar.registered())
                self.assertEqual(known, registrar.registered())
            self.assertEqual(1, len(logs.records), slip)
