"""RegisterTargets, DeregisterTargets and DescribeTargetHealth for the health-checked targets."""
from .. import upstream
from . import targets

alb = upstream.service("alb")


def _requested(params, group):
    port = alb._tgs[group].get("Port", 80)
    return [(t["Id"], t.get("Port", port)) for t in alb._parse_targets_param(params)]


def _missing(group):
    return alb._error("TargetGroupNotFound", f"Target groups '{group}' not found")


def in_use(group):
    """False for a group that no listener or rule forwards to: it gets no traffic and no health checks."""
    actions = [a for _, r in alb._rules.all_items() for a in r.get("Actions", [])]
    actions += [a for _, listener in alb._listeners.all_items() for a in listener.get("DefaultActions", [])]
    return any(a.get("TargetGroupArn") == group for a in actions) or any(
        entry.get("TargetGroupArn") == group
        for a in actions
        for entry in (a.get("ForwardConfig") or {}).get("TargetGroups", [])
    )


@upstream.replace(alb, "_register_targets")
def register(params):
    group = alb._p(params, "TargetGroupArn")
    if group not in alb._tgs:
        return _missing(group)
    for id, port in _requested(params, group):
        targets.register(group, id, port)
    return alb._empty("RegisterTargets")


@upstream.replace(alb, "_deregister_targets")
def deregister(params):
    group = alb._p(params, "TargetGroupArn")
    if group not in alb._tgs:
        return _missing(group)
    for id, port in _requested(params, group):
        targets.drain(group, id, port)
    return alb._empty("DeregisterTargets")


def _described(id, port, state, reason, description):
    why = f"<Reason>{reason}</Reason><Description>{alb._esc(description)}</Description>" if reason else ""
    return (
        f"<member><Target><Id>{alb._esc(id)}</Id><Port>{port}</Port></Target><HealthCheckPort>{port}</HealthCheckPort>"
        f"<TargetHealth><State>{state}</State>{why}</TargetHealth></member>"
    )


@upstream.replace(alb, "_describe_target_health")
def describe(params):
    group = alb._p(params, "TargetGroupArn")
    if group not in alb._tgs:
        return _missing(group)
    used = in_use(group)
    known = {(t.id, t.port): t.health for t in targets.of(group)}
    rows = []
    for key in _requested(params, group) or known:
        found = known.get(key)
        if found is None:
            rows.append(_described(*key, "unused", "Target.NotRegistered", "Target is not registered to the target group"))
        elif not used and found.state != "draining":
            text = "Target group is not configured to receive traffic from the load balancer"
            rows.append(_described(*key, "unused", "Target.NotInUse", text))
        else:
            rows.append(_described(*key, found.state, found.reason, found.description))
    body = f"<TargetHealthDescriptions>{''.join(rows)}</TargetHealthDescriptions>"
    return alb._xml(200, "DescribeTargetHealth", body)


@upstream.wrap(alb, "_delete_tg")
def delete_group(inner, params):
    for target in targets.of(alb._p(params, "TargetGroupArn")):
        target.gone.set()
    return inner(params)
