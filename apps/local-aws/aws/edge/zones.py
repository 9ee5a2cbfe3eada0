"""Each hosted zone has four name servers of its own, which follow from its id. Upstream (1.5.33) gives every zone the same four, so that
a forgotten delegation, a second zone of the same name or a zone that was made anew cannot be told from one that works."""
import contextvars
import hashlib

from .. import upstream
from . import registrar

route53 = upstream.service("route53")
TOP_LEVELS = ("com", "net", "org", "co.uk")
# With a hundred zones there may be no free ones left.
ATTEMPTS = 100

_shown = contextvars.ContextVar("slipway_hosted_zone", default=None)
_made = []


def on_made(then):
    """Call then() after each public zone that is made."""
    _made.append(then)


def name_servers(zone_id):
    """AWS's form: ns-<0 to 2047>.awsdns-<00 to 63>, one in each of four top level domains, without the dot at the end."""
    digest = hashlib.sha256(zone_id.encode()).digest()
    numbers = [int.from_bytes(digest[2 * i : 2 * i + 2], "big") % 512 for i in range(len(TOP_LEVELS))]
    return [f"ns-{512 * i + number}.awsdns-{number // 8:02d}.{TOP_LEVELS[i]}" for i, number in enumerate(numbers)]


def public():
    """(account, zone, its record sets) of every public zone of every account."""
    for (account, zone_id), zone in upstream.in_every_account(route53._zones):
        if not zone["private"]:
            yield account, zone, route53._records.get_scoped(account, None, zone_id, [])


@upstream.wrap(route53, "_default_records")
def _with_own_servers(inner, zone_name):
    """The SOA and NS records of a new zone, whose id is not known yet."""
    records = inner(zone_name)
    zone_id = _shown.get()
    if zone_id is not None:
        servers = [f"{server}." for server in name_servers(zone_id)]
        for record in records:
            rest = record["ResourceRecords"][0].split(" ", 1)[-1]
            record["ResourceRecords"] = servers if record["Type"] == "NS" else [f"{servers[0]} {rest}"]
    return records


@upstream.wrap(route53, "_zone_id")
def _with_free_servers(inner):
    """None that another zone has or an old delegation still names: it would seem to be handed over already."""
    taken = set(_named())
    for _ in range(ATTEMPTS):
        zone_id = inner()
        if taken.isdisjoint(name_servers(zone_id)):
            break
    _shown.set(zone_id)
    return zone_id


def _named():
    for servers in registrar.registered().values():
        yield from servers
    for _account, zone, records in public():
        yield from name_servers(zone["id"])
        for record in records:
            if record["Type"] == "NS":
                yield from map(registrar.plain, record["ResourceRecords"])


@upstream.wrap(route53, "_create_hosted_zone")
def _create(inner, body, query_params):
    token = _shown.set(None)
    try:
        answer = inner(body, query_params)
    finally:
        _shown.reset(token)
    if answer[0] == 201:
        for then in _made:
            then()
    return answer


@upstream.wrap(route53, "_build_zone_location_el")
def _location(inner, parent, zone):
    _shown.set(zone["id"])
    return inner(parent, zone)


@upstream.wrap(route53, "_get_hosted_zone")
def _get(inner, zone_id):
    token = _shown.set(zone_id)
    try:
        return inner(zone_id)
    finally:
        _shown.reset(token)


@upstream.wrap(route53, "_build_delegation_set_el")
def _delegation_set(inner, parent, zone_name):
    inner(parent, zone_name)
    elements = [element for element in parent.iter() if element.tag.endswith("NameServer")]
    for element, server in zip(elements, name_servers(_shown.get()), strict=True):
        element.text = server
