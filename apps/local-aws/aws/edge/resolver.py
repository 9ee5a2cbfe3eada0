"""Answers DNS messages, with DNS's own codes for what it does not understand, does not carry out or cannot find."""
import logging

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from . import lookup

log = logging.getLogger("slipway.edge")
HEADER = 12
# What a client may send and get over UDP without its packet being cut on the way.
LARGEST_UDP, SMALLEST_UDP, LARGEST = 1232, 512, 65535
TRANSFERS = (dns.rdatatype.AXFR, dns.rdatatype.IXFR)
# Types of a message's own records, which nobody can ask for.
NO_QUESTIONS = (dns.rdatatype.OPT, dns.rdatatype.TSIG, dns.rdatatype.TKEY)


def answer(wire, over_udp=False):
    """The answer to a message as bytes; None for what must not be answered (no header, or an answer itself)."""
    if len(wire) < HEADER or wire[2] & 0x80:
        return None
    if (wire[2] >> 3) & 0xF != dns.opcode.QUERY:
        return _header_only(wire, dns.rcode.NOTIMP)
    try:
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query, recursion_available=True, our_payload=LARGEST_UDP)
    except (dns.exception.DNSException, ValueError):
        return _header_only(wire, dns.rcode.FORMERR)
    _fill(response, query)
    limit = min(max(query.payload, SMALLEST_UDP), LARGEST_UDP) if over_udp else LARGEST
    return response.to_wire(max_size=limit, prefer_truncation=True)


def _header_only(wire, code):
    response = dns.message.Message(int.from_bytes(wire[:2], "big"))
    response.flags = dns.flags.QR | dns.flags.RA | (dns.flags.RD if wire[2] & 1 else 0)
    response.set_opcode((wire[2] >> 3) & 0xF)
    response.set_rcode(code)
    return response.to_wire()


def _fill(response, query):
    code = _refusal(query)
    if code is not None:
        response.set_rcode(code)
        return
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    try:
        if not query.flags & dns.flags.RD and kind == "NS" and _refer(response, question.name):
            return
        found = lookup.lookup(question.name, kind)
        response.answer, response.authority = found.answer, found.authority
        response.flags |= dns.flags.AA
        response.set_rcode(found.code)
    except lookup.Unanswered as unanswered:
        log.info("%s %s: %s", question.name, kind, unanswered)
        response.set_rcode(dns.rcode.SERVFAIL)
    except Exception:
        log.exception("%s %s", question.name, kind)
        response.answer, response.authority = [], []
        response.set_rcode(dns.rcode.SERVFAIL)


def _refusal(query):
    if query.edns > 0:
        return dns.rcode.BADVERS
    if len(query.question) != 1 or query.question[0].rdtype in NO_QUESTIONS:
        return dns.rcode.FORMERR
    if query.question[0].rdclass != dns.rdataclass.IN or query.question[0].rdtype in TRANSFERS:
        return dns.rcode.REFUSED
    return None


def _refer(response, name):
    """Whoever does not ask for recursion gets the delegation as its parent has it, the registrar or the zone above, as the parent's
    servers answer in the world. So it can be compared with what the zone itself says."""
    found = lookup.delegation(name, "NS")
    if found is None or found.name != name:
        return False
    servers = [f"{server}." for server in found.servers]
    response.authority = [dns.rrset.from_text(name, found.ttl, "IN", "NS", *servers)] if servers else []
    return True
