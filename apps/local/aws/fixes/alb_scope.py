"""A request to a load balancer is unsigned; upstream looks for the balancer in the default account and region only,
and answers with a bucket list when it is elsewhere (ministack 1.5.33)."""
from .. import kit


def _anywhere(match):
    found = kit.in_every_scope(kit.service("alb")._lbs, match)
    if found is None:
        return None
    account, where, balancer = found
    kit.set_scope(account, where)
    return balancer


@kit.wrap("alb", "find_lb_for_host")
def _by_host(inner, host):
    name = host.split(":")[0].lower()
    return inner(host) or _anywhere(
        lambda lb: name in (lb["DNSName"].lower(), f"{lb['LoadBalancerName'].lower()}.alb.localhost")
    )


@kit.wrap("alb", "_find_lb_by_name")
def _by_name(inner, name):
    return inner(name) or _anywhere(lambda lb: lb["LoadBalancerName"].lower() == name.lower())
