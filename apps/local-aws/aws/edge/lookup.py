"""What a resolver of the world finds for a name: from the registrar along the delegations to the zone that answers, then wildcards,
aliases and CNAMEs. Only who the delegations lead to is asked, so a forgotten one is seen here as in the world."""
import dataclasses

import dns.name
import dns.rcode
import dns.rrset

from .. import timing
from . import fronts, registrar, zone_data

LONGEST_CHAIN = 8


@dataclasses.dataclass
class Found:
    code: int = dns.rcode.NOERROR
    answer: list = dataclasses.field(default_factory=list)
    authority: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Delegation:
    """A name that the registrar or a zone hands over, and the zone behind these servers; None when they answer for none."""

    name: dns.name.Name
    servers: tuple
    ttl: int
    zone: object


class Unanswered(Exception):
    """Nobody answers for the name: its delegation leads to servers without the zone, or its CNAMEs go round in a circle."""


def delegation(name, kind):
    """The last delegation on the way to the name, or None when its domain is not registered."""
    known = {zone_data.to_name(domain): servers for domain, servers in registrar.registered().items()}
    domain = next((above for above in _above(name) if above in known), None)
    if domain is None:
        return None
    found = _to(domain, known[domain], timing.REGISTRAR_TTL)
    while found.zone is not None and (cut := found.zone.cut(name, kind)) is not None:
        found = _to(cut[0], cut[1]["ResourceRecords"], int(cut[1].get("TTL") or zone_data.DEFAULT_TTL))
    return found


def _to(name, servers, ttl):
    plain = tuple(registrar.plain(server) for server in servers)
    return Delegation(name, plain, ttl, zone_data.serving(name, set(plain)))


def _above(name):
    for depth in range(len(name), 1, -1):
        yield name.split(depth)[1]


def lookup(name, kind):
    """Found for a name and a type ("A", "ANY", …); its code is that of the last name of a chain of CNAMEs."""
    found, seen = Found(), 0
    while True:
        step, target = _step(name, kind)
        found = Found(step.code, found.answer + step.answer, step.authority)
        seen += 1
        if target is None:
            return found
        if seen == LONGEST_CHAIN:
            raise Unanswered(f"{name} is the end of {seen} CNAMEs")
        name = target


def _step(name, kind):
    """(Found, the name where to go on or None)"""
    given = fronts.addresses(registrar.plain(name.to_text()))
    if given is not None:
        return _addressed(name, kind, given), None
    handed = delegation(name, kind)
    if handed is None:
        return Found(dns.rcode.NXDOMAIN, [], [_top_level_soa(name)]), None
    if handed.zone is None:
        raise Unanswered(f"{handed.name} is handed over to {', '.join(handed.servers)}, which do not answer for it")
    return _in_zone(handed.zone, name, kind)


def _in_zone(zone, name, kind):
    sets = zone.at(name)
    if sets is None:
        return Found(dns.rcode.NXDOMAIN, [], [zone.soa()]), None
    if kind == "ANY":
        return _else_no_data(zone, [each for held in sets for each in _values(zone, name, held, sets)]), None
    if kind in sets:
        return _else_no_data(zone, _values(zone, name, kind, sets)), None
    if "CNAME" in sets:
        links = _values(zone, name, "CNAME", sets)
        return _else_no_data(zone, links), links[0][0].target if links else None
    return _else_no_data(zone, []), None


def _else_no_data(zone, answer):
    return Found(answer=answer) if answer else Found(authority=[zone.soa()])


def _values(zone, name, kind, sets, depth=1):
    """The records of a name and type. An alias gives its target's under the asked name, as Route 53 does, and no CNAME."""
    record = zone_data.chosen(sets[kind])
    alias = record.get("AliasTarget")
    if alias is None:
        return [zone_data.rrset(name, record)]
    target = zone_data.to_name(alias["DNSName"].lower())
    given = fronts.addresses(registrar.plain(target.to_text()))
    if given is not None:
        return _addressed(name, kind, given).answer
    held = zone.at(target) if target.is_subdomain(zone.origin) else None
    if held is None or kind not in held or depth == LONGEST_CHAIN:
        return []
    found = _values(zone, target, kind, held, depth + 1)
    return [dns.rrset.from_rdata_list(name, each.ttl, list(each)) for each in found]


def _addressed(name, kind, addresses):
    """AWS's own names have IPv4 addresses here and no others."""
    return Found(answer=[dns.rrset.from_text(name, zone_data.DEFAULT_TTL, "IN", "A", *addresses)] if kind in ("A", "ANY") else [])


def _top_level_soa(name):
    """Why nobody knows the domain: for as long as this says, a client need not ask again."""
    owner, ttl = name.split(min(2, len(name)))[1], timing.REGISTRAR_TTL
    return dns.rrset.from_text(owner, ttl, "IN", "SOA", f"registrar.localhost. hostmaster.localhost. 1 1800 900 604800 {ttl}")
