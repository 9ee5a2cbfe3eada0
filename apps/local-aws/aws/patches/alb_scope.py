"""A load balancer outside the default account and region is not found, because requests to it are unsigned; the answer is a bucket list
(ministack 1.5.33)."""
from .. import upstream


def _anywhere(match):
    found = upstream.in_every_scope(upstream.service("alb")._lbs, match)
    if found is None:
        return None
    account, where, balancer = found
    upstream.set_scope(account, where)
    return balancer


@upstream.wrap("alb", "find_lb_for_host")
def _by_host(inner, host):
    name = host.split(":")[0].lower()
    return inner(host) or _anywhere(
        lambda lb: name in (lb["DNSName"].lower(), f"{lb['LoadBalancerName'].lower()}.alb.localhost")
    )


@upstream.wrap("alb", "_find_lb_by_name")
def _by_name(inner, name):
    return inner(name) or _anywhere(lambda lb: lb["LoadBalancerName"].lower() == name.lower())
