import json
import random

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass

from ..edge import places, registrar, resolver
from ..probes import edge as requests
from ..probes.client import one, query
from .edge_fixture import OTHER, EdgeCase


class Delegations(EdgeCase):
    def test_a_zone_answers_once_the_registrar_names_its_servers(self):
        made = self.zone("example.com")
        self.add(made, "www.example.com", "A", "192.0.2.1")
        answer = self.ask("www.example.com")
        self.assertEqual(dns.rcode.NXDOMAIN, answer.rcode())
        self.assertRegex(answer.authority[0].to_text(), r"^com\. 1 IN SOA ")
        self.register(example_com=made)
        self.assertEqual(["NOERROR", "www.example.com 192.0.2.1"], self.found("www.example.com"))

    def test_case_is_kept_and_does_not_matter(self):
        made = self.zone("example.com")
        self.add(made, "WWW.example.com", "A", "192.0.2.1")
        self.register(example_com=made)
        answer = self.ask("wWw.ExAmPlE.cOm")
        self.assertEqual("wWw.ExAmPlE.cOm. 60 IN A 192.0.2.1", answer.answer[0].to_text())

    def test_of_two_zones_of_a_name_the_delegated_one_answers_whatever_the_account(self):
        first = self.zone("example.com")
        self.add(first, "example.com", "TXT", '"first"')
        with self.account(OTHER):
            second = self.zone("example.com")
            self.add(second, "example.com", "TXT", '"second"')
        self.register(example_com=second)
        self.assertEqual(["NOERROR", 'example.com "second"'], self.found("example.com", "TXT"))
        self.register(example_com=first)
        self.assertEqual(["NOERROR", 'example.com "first"'], self.found("example.com", "TXT"))

    def test_servers_that_no_zone_has_any_more_are_no_answer(self):
        made = self.zone("example.com")
        self.register(example_com=made)
        self.assertIn("<Status>", requests.route53("DELETE", f"/hostedzone/{made}"))
        self.zone("example.com")
        self.assertEqual(["SERVFAIL"], self.found("example.com", "SOA"))

    def test_one_right_server_of_four_is_enough_and_none_is_not(self):
        made = self.zone("example.com")
        self.register(example_com=made)
        other = "ns.elsewhere.example"
        for servers, code in (([other, self.servers(made)[2].upper() + "."], "NOERROR"), ([other], "SERVFAIL"), ([], "SERVFAIL")):
            registrar.file().write_text(json.dumps({"example.com": servers}))
            self.assertEqual(code, self.found("example.com", "SOA")[0], servers)

    def test_a_child_zone_of_another_account_answers_once_its_parent_names_it(self):
        parent = self.zone("example.com")
        self.register(example_com=parent)
        self.add(parent, "*.example.com", "A", "192.0.2.9")
        with self.account(OTHER):
            child = self.zone("staging.example.com")
            self.add(child, "www.staging.example.com", "A", "192.0.2.2")
        self.assertEqual(["NOERROR", "www.staging.example.com 192.0.2.9"], self.found("www.staging.example.com"), "the parent's wildcard")
        self.delegate(parent, "staging.example.com", child)
        self.assertEqual(["NOERROR", "www.staging.example.com 192.0.2.2"], self.found("www.staging.example.com"))
        self.assertEqual(["NXDOMAIN"], self.found("none.staging.example.com"), "the parent's wildcard ends at the cut")
        self.assertEqual(4, len(self.found("staging.example.com", "NS")) - 1)

    def test_the_uppermost_cut_decides_and_its_parent_holds_ds(self):
        parent, child = self.zone("example.com"), self.zone("a.example.com")
        self.register(example_com=parent)
        self.add(parent, "b.a.example.com", "NS", "ns.elsewhere.example")
        self.delegate(parent, "a.example.com", child)
        self.add(child, "b.a.example.com", "A", "192.0.2.3")
        self.assertEqual(["NOERROR", "b.a.example.com 192.0.2.3"], self.found("b.a.example.com"))
        digest = f"12345 13 2 {'A1' * 32}"
        self.add(parent, "a.example.com", "DS", digest)
        self.assertEqual("NOERROR", self.found("a.example.com", "DS")[0])
        self.assertEqual(2, len(self.found("a.example.com", "DS")))

    def test_without_recursion_the_parent_shows_its_delegation(self):
        parent = self.zone("example.com")
        self.register(example_com=parent)
        self.add(parent, "staging.example.com", "NS", "ns-1.awsdns-00.com.", "ns-2.awsdns-00.net.", ttl=300)
        for name, servers in (("example.com", self.servers(parent)), ("staging.example.com", ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"])):
            answer = self.ask(name, "NS", recursion=False)
            self.assertEqual((dns.rcode.NOERROR, []), (answer.rcode(), answer.answer))
            self.assertFalse(answer.flags & dns.flags.AA)
            self.assertEqual({f"{server}." for server in servers}, set(map(str, answer.authority[0])))
        self.assertEqual(["SERVFAIL"], self.found("staging.example.com", "NS"), "its servers are of no zone")
        self.assertEqual(dns.rcode.NXDOMAIN, self.ask("example.org", "NS", recursion=False).rcode())
        self.assertTrue(self.ask("www.example.com", "NS", recursion=False).flags & dns.flags.AA)


class Names(EdgeCase):
    def setUp(self):
        super().setUp()
        self.made = self.zone("example.com")
        self.register(example_com=self.made)

    def test_other_records_of_a_zone(self):
        kept = {
            "TXT": ('"v=spf1 -all"', '"two" "strings"'),
            "MX": ("10 mail.example.com.", "20 mail2.example.com."),
            "CAA": ('0 issue "amazon.com"',),
            "SRV": ("1 2 443 www.example.com.",),
            "AAAA": ("2001:db8::1",),
            "PTR": ("www.example.com.",),
            "SPF": ('"v=spf1 -all"',),
        }
        for kind, values in kept.items():
            self.add(self.made, "all.example.com", kind, *values)
            self.assertEqual(["NOERROR", *(f"all.example.com {value}" for value in sorted(values))], self.found("all.example.com", kind))
        self.assertEqual(1 + sum(map(len, kept.values())), len(self.found("all.example.com", "ANY")))

    def test_no_data_and_nxdomain_carry_the_zones_soa_for_as_long_as_it_says(self):
        self.add(self.made, "www.example.com", "A", "192.0.2.1")
        for name, code in (("www.example.com", dns.rcode.NOERROR), ("none.example.com", dns.rcode.NXDOMAIN)):
            for kind in ("AAAA", "TYPE65280"):
                answer = self.ask(name, kind)
                self.assertEqual((code, []), (answer.rcode(), answer.answer), (name, kind))
                self.assertEqual(("example.com.", 900), (str(answer.authority[0].name), answer.authority[0].ttl))

    def test_a_name_with_names_below_it_exists(self):
        self.add(self.made, "a.b.example.com", "A", "192.0.2.1")
        self.assertEqual(["NOERROR"], self.found("b.example.com"))
        self.assertEqual(["NXDOMAIN"], self.found("c.b.example.com"))

    def test_wildcards_answer_for_names_that_do_not_exist_and_end_where_one_does(self):
        self.add(self.made, "*.example.com", "A", "192.0.2.1")
        self.add(self.made, "www.example.com", "TXT", '"t"')
        self.assertEqual(["NOERROR", "any.example.com 192.0.2.1"], self.found("any.example.com"))
        self.assertEqual(["NOERROR", "a.b.c.example.com 192.0.2.1"], self.found("a.b.c.example.com"))
        self.assertEqual(["NOERROR"], self.found("any.example.com", "MX"))
        self.assertEqual(["NOERROR"], self.found("www.example.com"), "it exists, with another type")
        self.assertEqual(["NXDOMAIN"], self.found("below.www.example.com"))
        self.assertEqual(["NOERROR"], self.found("example.com"))
        self.assertEqual(["NOERROR", "*.example.com 192.0.2.1"], self.found("*.example.com"))

    def test_route_53s_octal_asterisk_is_a_wildcard_too(self):
        self.add(self.made, r"\052.example.com", "A", "192.0.2.1")
        self.add(self.made, "octal.example.com", "TXT", r'"\303\244"')
        self.assertEqual(["NOERROR", "any.example.com 192.0.2.1"], self.found("any.example.com"))
        self.assertEqual(b"\xc3\xa4", self.ask("octal.example.com", "TXT").answer[0][0].strings[0])

    def test_cnames_are_followed_over_zones_and_each_link_is_shown(self):
        other = self.zone("example.org")
        self.register(example_org=other)
        self.add(self.made, "www.example.com", "CNAME", "shop.example.org")
        self.add(other, "shop.example.org", "CNAME", "real.example.org.")
        self.add(other, "real.example.org", "A", "192.0.2.4")
        links = ["www.example.com shop.example.org.", "shop.example.org real.example.org."]
        self.assertEqual(["NOERROR", *links, "real.example.org 192.0.2.4"], self.found("www.example.com"))
        self.assertEqual(["NOERROR", links[0]], self.found("www.example.com", "CNAME"))
        self.assertEqual(["NOERROR", *links], self.found("www.example.com", "AAAA"))
        self.add(self.made, "gone.example.com", "CNAME", "none.example.org")
        self.assertEqual(["NXDOMAIN", "gone.example.com none.example.org."], self.found("gone.example.com"))

    def test_cnames_in_a_circle_and_too_long_a_chain_end(self):
        self.add(self.made, "a.example.com", "CNAME", "b.example.com")
        self.add(self.made, "b.example.com", "CNAME", "a.example.com")
        self.assertEqual(["SERVFAIL"], self.found("a.example.com"))

    def test_an_alias_gives_the_load_balancers_address_under_the_asked_name(self):
        name = one(query("elasticloadbalancing", "CreateLoadBalancer", Name="web"), "DNSName")
        for kind in ("A", "AAAA"):
            self.alias(self.made, "example.com", f"dualstack.{name}", kind)
        self.assertEqual(["NOERROR", "example.com 127.17.214.2"], self.found("example.com"))
        self.assertEqual(["NOERROR"], self.found("example.com", "AAAA"))
        self.assertEqual(["NOERROR", f"{name.lower()} 127.17.214.2"], self.found(name.lower()))
        self.alias(self.made, "gone.example.com", "gone-1.eu-west-1.elb.amazonaws.com")
        self.assertEqual(["NOERROR"], self.found("gone.example.com"))
        self.assertEqual(["NXDOMAIN"], self.found("gone-1.eu-west-1.elb.amazonaws.com"))

    def test_an_alias_of_a_record_of_the_zone_and_aliases_in_a_circle(self):
        self.add(self.made, "real.example.com", "MX", "10 mail.example.com.")
        self.alias(self.made, "alias.example.com", "real.example.com", "MX")
        self.assertEqual(["NOERROR", "alias.example.com 10 mail.example.com."], self.found("alias.example.com", "MX"))
        self.alias(self.made, "a.example.com", "b.example.com")
        self.alias(self.made, "b.example.com", "a.example.com")
        self.assertEqual(["NOERROR"], self.found("a.example.com"))

    def test_of_several_record_sets_of_a_name_one_answers(self):
        def several(name, *sets):
            for number, (more, value) in enumerate(sets):
                self.add(self.made, name, "A", value, more=f"<SetIdentifier>{number}</SetIdentifier>{more}")
            return self.found(name)[1:]

        weights = [(f"<Weight>{weight}</Weight>", f"192.0.2.{weight}") for weight in (0, 90, 10)]
        self.assertEqual(["w.example.com 192.0.2.90"], several("w.example.com", *weights))
        states = [(f"<Failover>{state}</Failover>", address) for state, address in (("SECONDARY", "192.0.2.2"), ("PRIMARY", "192.0.2.1"))]
        self.assertEqual(["f.example.com 192.0.2.1"], several("f.example.com", *states))
        places_ = [(f"<GeoLocation><CountryCode>{code}</CountryCode></GeoLocation>", f"192.0.2.{n}") for n, code in enumerate(("DE", "*"))]
        self.assertEqual(["g.example.com 192.0.2.1"], several("g.example.com", *places_))
        many = [("<MultiValueAnswer>true</MultiValueAnswer>", f"192.0.2.{n}") for n in (1, 2, 3)]
        self.assertEqual(3, len(several("m.example.com", *many)))

    def test_the_name_servers_of_zones_lead_to_the_resolver(self):
        server = self.servers(self.made)[0]
        self.assertEqual(["NOERROR", f"{server} {places.resolver()}"], self.found(server))
        self.assertEqual(["NXDOMAIN"], self.found("ns-9999.awsdns-99.com"))


class Messages(EdgeCase):
    def setUp(self):
        super().setUp()
        made = self.zone("example.com")
        self.register(example_com=made)
        self.add(made, "many.example.com", "TXT", *(f'"{number:060}"' for number in range(40)))

    def code(self, wire):
        answer = resolver.answer(bytes(wire))
        return answer and dns.rcode.to_text(dns.message.from_wire(answer).rcode())

    def test_malformed_questions_get_formerr_with_their_id(self):
        good = dns.message.make_query("example.com", "A").to_wire()
        without_question, with_two = good[:4] + b"\0\0" + good[6:12], good[:5] + b"\2" + good[6:]
        for wire in (good[:-1], good[:-4], good + b"\0", good[:12] + b"\xff" * (len(good) - 12), without_question, with_two):
            answer = dns.message.from_wire(resolver.answer(wire))
            self.assertEqual((int.from_bytes(good[:2], "big"), dns.rcode.FORMERR), (answer.id, answer.rcode()), wire)
            self.assertTrue(answer.flags & dns.flags.QR)

    def test_what_is_no_question_is_not_answered(self):
        answer = dns.message.make_response(dns.message.make_query("example.com", "A")).to_wire()
        for wire in (b"", b"\0" * 11, answer):
            self.assertIsNone(resolver.answer(wire))

    def test_other_operations_are_not_implemented(self):
        good = dns.message.make_query("example.com", "A").to_wire()
        for opcode in (1, 2, 4, 5, 15):
            wire = bytearray(good)
            wire[2] = (wire[2] & 0x87) | opcode << 3
            self.assertEqual("NOTIMP", self.code(wire), opcode)

    def test_other_classes_and_transfers_are_refused_and_newer_edns_is_bad_version(self):
        for kind in ("AXFR", "IXFR"):
            self.assertEqual("REFUSED", self.code(dns.message.make_query("example.com", kind).to_wire()))
        self.assertEqual("REFUSED", self.code(dns.message.make_query("version.bind", "TXT", dns.rdataclass.CH).to_wire()))
        self.assertEqual("BADVERS", self.code(dns.message.make_query("example.com", "A", use_edns=1).to_wire()))
        self.assertEqual("FORMERR", self.code(dns.message.make_query("example.com", "OPT").to_wire()))

    def test_over_udp_an_answer_is_cut_to_what_the_client_takes(self):
        for edns, most in ((-1, 512), (0, 1232)):
            query = dns.message.make_query("many.example.com", "TXT", use_edns=edns, payload=4096)
            wire = resolver.answer(query.to_wire(), over_udp=True)
            self.assertLessEqual(len(wire), most)
            self.assertTrue(dns.message.from_wire(wire).flags & dns.flags.TC)
        whole = dns.message.from_wire(resolver.answer(query.to_wire()))
        self.assertEqual((40, 0), (len(whole.answer[0]), whole.flags & dns.flags.TC))

    def test_no_bytes_at_all_break_it(self):
        chance = random.Random(1)
        good = dns.message.make_query("www.example.com", "A", use_edns=0, want_dnssec=True).to_wire()
        for _ in range(3000):
            wire = bytearray(good)
            for _ in range(chance.randint(1, 6)):
                wire[chance.randrange(2, len(wire))] = chance.randrange(256)
            answer = resolver.answer(bytes(wire[: chance.randint(12, len(wire))]))
            if answer is not None:
                self.assertEqual(good[:2], answer[:2])
