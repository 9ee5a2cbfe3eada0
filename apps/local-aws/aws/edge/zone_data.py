"""A hosted zone's record sets, as the name servers of the zone answer for them: by name and type, with wildcards."""
import re

import dns.name
import dns.rrset

from . import zones

OCTAL = re.compile(r"\\([0-3][0-7]{2})")
# Route 53 writes other characters of a name, and of these types' values, in octal: \052 is the asterisk. DNS's own form is decimal.
ESCAPED = ("TXT", "SPF", "CAA", "NAPTR")
DEFAULT_TTL = 60


def to_name(text):
    return dns.name.from_text(_decimal(text), dns.name.root)


def _decimal(text):
    return OCTAL.sub(lambda found: f"\\{int(found[1], 8):03d}", text)


class ZoneData:
    def __init__(self, zone, records):
        self.origin = to_name(zone["name"])
        self.sets = {}
        for record in records:
            self.sets.setdefault(to_name(record["Name"]), {}).setdefault(record["Type"], []).append(record)
        # A name exists too when only names below it have records.
        self.existing = {name.split(depth)[1] for name in self.sets for depth in range(len(self.origin), len(name) + 1)}

    def cut(self, name, kind):
        """The name at or above `name` that is handed over to other servers, and its NS record set. DS is the parent's."""
        for depth in range(len(self.origin) + 1, len(name) + (kind != "DS")):
            above = name.split(depth)[1]
            if "NS" in self.sets.get(above, {}):
                return above, self.sets[above]["NS"][0]
        return None

    def at(self, name):
        """The record sets of a name by type, those of a wildcard among them; None when the name does not exist."""
        if name in self.existing:
            return self.sets.get(name, {})
        closest = next(name.split(depth)[1] for depth in range(len(name), 0, -1) if name.split(depth)[1] in self.existing)
        return self.sets.get(dns.name.Name((b"*", *closest.labels)))

    def soa(self):
        record = self.sets[self.origin]["SOA"][0]
        found = rrset(self.origin, record)
        found.update_ttl(min(found.ttl, found[0].minimum))
        return found


def rrset(owner, record):
    kind, values = record["Type"], record["ResourceRecords"]
    texts = [_decimal(value) if kind in ESCAPED else value for value in values]
    ttl = int(record.get("TTL") or DEFAULT_TTL)
    return dns.rrset.from_text_list(owner, ttl, "IN", kind, texts, idna_codec=None, origin=dns.name.root, relativize=False)


def chosen(records):
    """One of several record sets of a name and type. Health is not asked and chance not taken: of weighted ones it is the heaviest, of
    failover the primary, of geolocation the one for everybody, of multivalue all."""
    if records[0].get("MultiValueAnswer"):
        return {**records[0], "ResourceRecords": [value for each in records for value in each["ResourceRecords"]]}
    return max(records, key=_preference)


def _preference(record):
    return record.get("Failover") == "PRIMARY", record.get("GeoLocation", {}).get("CountryCode") == "*", record.get("Weight", 0)


_cache = {}


def serving(origin, servers):
    """The zone of this name that one of these name servers answers for, or None."""
    for account, zone, records in zones.public():
        if to_name(zone["name"]) == origin and not servers.isdisjoint(zones.name_servers(zone["id"])):
            # Upstream puts a new list in the place of the old one at each change.
            known = _cache.get((account, zone["id"]))
            if known is None or known[0] is not records:
                known = _cache[account, zone["id"]] = (records, ZoneData(zone, records))
            return known[1]
    return None

