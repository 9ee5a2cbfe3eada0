"""The changes of record sets that Route 53 refuses, because no name server could answer with them. Upstream (1.5.33) keeps anything: names
of another zone, a CNAME at the zone's own name or beside other records, values that are none, and a zone without its NS or SOA record."""
import re

from .. import upstream

route53 = upstream.service("route53")
TYPES = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT".split()
# One or several character strings, each in quotation marks.
QUOTED = re.compile(r'\s*("([^"\\]|\\.)*"\s*)+')


@upstream.wrap(route53, "_change_resource_record_sets")
def _change(inner, zone_id, body):
    before = route53._records.get(zone_id)
    answer = inner(zone_id, body)
    after = route53._records.get(zone_id)
    if before is None or after is before:
        return answer
    code, message = problem(route53._zones[zone_id]["name"], before, after)
    if code:
        route53._records[zone_id] = before
        return route53._error_response(code, message)
    return answer


def problem(zone, before, after):
    """(code, message) of AWS's refusal of a zone's new record sets, or (None, None)."""
    known = {id(record) for record in before}
    for record in after:
        if id(record) not in known:
            for check in (_form, _place, _value):
                found = check(zone, record, after)
                if found:
                    return found
    own = [record["Type"] for record in after if _same(record["Name"], zone)]
    if "NS" not in own:
        return "InvalidChangeBatch", "[A HostedZone must contain at least one NS record for the zone itself.]"
    if "SOA" not in own:
        return "InvalidChangeBatch", "[A HostedZone must contain exactly one SOA record.]"
    return None, None


def _form(_zone, record, _all):
    if record["Type"] not in TYPES:
        constraint = f"Member must satisfy enum value set: [{', '.join(TYPES)}]"
        return "InvalidInput", f"1 validation error detected: Value '{record['Type']}' at 'type' failed to satisfy constraint: {constraint}"
    if bool(record.get("ResourceRecords")) == bool(record.get("AliasTarget")):
        which = "more than one" if record.get("AliasTarget") else "none"
        return "InvalidInput", (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], "
            f"but found {which} in Change with [Name={record['Name']}, Type={record['Type']}]"
        )
    return None


def _place(zone, record, all_records):
    name, kind = record["Name"], record["Type"]
    if not _same(name, zone) and not name.lower().endswith(f".{zone.lower()}"):
        return _refused(f"RRSet with DNS name {name} is not permitted in zone {zone}")
    if kind == "CNAME" and _same(name, zone):
        return _refused(f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}")
    others = {each["Type"] for each in all_records if _same(each["Name"], name)} - {kind}
    if kind == "CNAME" and others:
        return _refused(
            f"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records with the same DNS name "
            f"in zone {zone}"
        )
    if "CNAME" in others:
        return _refused(
            f"RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name "
            f"already exists in zone {zone}"
        )
    return None


def _value(_zone, record, _all):
    # Loaded here, because dnspython is for those who have a zone.
    import dns.exception

    from . import zone_data

    try:
        owner = zone_data.to_name(record["Name"])
    except (dns.exception.DNSException, UnicodeError):
        return _refused(f"FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '{record['Name']}'")
    for value in record.get("ResourceRecords", ()):
        if record["Type"] in ("TXT", "SPF") and not QUOTED.fullmatch(value):
            return _unfit("InvalidCharacterString (Value should be enclosed in quotation marks)", value)
        try:
            zone_data.rrset(owner, {**record, "ResourceRecords": [value]})
        except (dns.exception.DNSException, ValueError) as error:
            return _unfit(error, value)
    return None


def _unfit(problem, value):
    return _refused(f"Invalid Resource Record: FATAL problem: {problem} encountered with '{value}'")


def _refused(message):
    return "InvalidChangeBatch", f"[{message}]"


def _same(one, other):
    return one.lower() == other.lower()
