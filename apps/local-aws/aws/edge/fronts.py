"""Who answers at an address of its own: load balancers, distributions and the domains of APIs, read from the services' records each time.

A kind of front is there once something serves it: `@fronts.serves("cdn")` above `async def serve(front, request)`, which gives (status,
headers, body)."""
import dataclasses

from .. import upstream
from . import addresses as given
from . import places, registrar, zones

alb = upstream.service("alb")
HTTP, HTTPS = 80, 443
AWS_NAMES = (".amazonaws.com", ".cloudfront.net")
SERVERS = {}


def serves(kind):
    """Registers the coroutine that answers for a kind: "lb", "cdn" or "api"."""
    return lambda serve: SERVERS.setdefault(kind, serve)


@dataclasses.dataclass(frozen=True)
class Front:
    """`id` is the ARN of a load balancer, the id of a distribution, the domain of an API; `names` are those that AWS gave it, in lower
    case; `record` is the service's own."""

    kind: str
    id: str
    names: tuple
    account: str
    region: str
    record: dict = dataclasses.field(compare=False, repr=False)

    @property
    def key(self):
        return f"{self.kind} {self.account} {self.region} {self.id}"

    @property
    def address(self):
        return given.of(self.key, lambda: {front.key for front in listed()})


def listed():
    """The fronts of all accounts and regions."""
    for kind, find in FINDERS.items():
        if kind in SERVERS:
            yield from find()


def _balancers():
    for (account, region, arn), balancer in alb._lbs.all_items():
        name = balancer["DNSName"].lower()
        yield Front("lb", arn, (name, f"dualstack.{name}"), account, region, balancer)


def _distributions():
    for (account, id), distribution in upstream.in_every_account(upstream.service("cloudfront")._distributions):
        yield Front("cdn", id, (distribution["DomainName"].lower(),), account, "us-east-1", distribution)


def _api_domains():
    for (account, region, name), domain in upstream.service("apigateway_v1")._domain_names.all_items():
        yield Front("api", name, (domain["regionalDomainName"].lower(),), account, region, domain)


FINDERS = {"lb": _balancers, "cdn": _distributions, "api": _api_domains}


def ports(front):
    """Port → whether TLS is spoken there."""
    if front.kind == "lb":
        return {each["Port"]: each["Protocol"] == "HTTPS" for each in listeners(front) if each["Protocol"] in ("HTTP", "HTTPS")}
    if front.kind == "cdn":
        return {HTTP: False, HTTPS: True} if front.record["enabled"] else {}
    return {HTTPS: True}


def listeners(front):
    return [each for _key, each in alb._listeners.all_items() if each["LoadBalancerArn"] == front.id]


def current(front):
    """The same front as its service has it now, or None when it is gone."""
    return next((each for each in listed() if each == front), None)


def at(addresses_):
    """The front that has one of these addresses, or None."""
    return next((front for front in listed() if front.address in addresses_), None)


def addresses(name):
    """IPv4 addresses of a name of AWS's own (lower case, no dot at the end), or None when AWS has not given it to anything."""
    if ".awsdns-" in name:
        return [places.resolver()] if _is_name_server(name) else None
    if not name.endswith(AWS_NAMES):
        return None
    front = next((each for each in listed() if name in each.names), None)
    return None if front is None else [front.address]


def _is_name_server(name):
    return any(registrar.plain(name) in zones.name_servers(zone["id"]) for _account, zone, _records in zones.public())
