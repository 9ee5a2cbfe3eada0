"""The addresses of the names that AWS gives itself: load balancers and the name servers of zones.

A load balancer answers on the gateway's port of 127.0.0.1 (its Host header finds it), so this is its address."""
from .. import upstream
from . import places, registrar, zones

alb = upstream.service("alb")


def addresses(name):
    """IPv4 addresses of a name of AWS's own (lower case, no dot at the end), or None when AWS has not given it to anything."""
    if name.endswith(".elb.amazonaws.com"):
        return ["127.0.0.1"] if _balances(name.removeprefix("dualstack.")) else None
    if ".awsdns-" in name:
        return [places.resolver()] if _serves(name) else None
    return None


def _balances(name):
    return upstream.in_every_scope(alb._lbs, lambda balancer: balancer["DNSName"].lower() == name) is not None


def _serves(name):
    return any(registrar.plain(name) in zones.name_servers(zone["id"]) for _account, zone, _records in zones.public())
