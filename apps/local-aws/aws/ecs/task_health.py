"""Whether a task counts as healthy for its service, and the stop of one that does not."""
import time

from .. import timing, upstream
from . import events, targets, tasks

ecs = upstream.service("ecs")


def alive(task):
    return task["lastStatus"] != "STOPPED" and task.get("desiredStatus") != "STOPPED"


def unhealthy_target(task):
    for group, id, port in task.get("_targets", []):
        target = targets.find(group, id, port)
        if target and target.health.state == "unhealthy":
            return target
    return None


def is_healthy(task):
    """Running, its own check passed (or none), and healthy in every target group."""
    if task["lastStatus"] != "RUNNING" or not alive(task) or task.get("healthStatus") == "UNHEALTHY":
        return False
    checked = task.get("_checked")
    if checked and task.get("healthStatus") != "HEALTHY":
        return False
    registered = task.get("_targets", [])
    found = [targets.find(*t) for t in registered]
    if any(t is None or t.health.state != "healthy" for t in found):
        return False
    waited = bool(registered or checked) or time.time() - epoch(task["startedAt"]) >= timing.STEADY_AFTER
    return waited and len(registered) == len([b for b in _balancers(task) if b.get("targetGroupArn")])


def _balancers(task):
    service = ecs._services.get(f"{tasks.cluster_of(task)}/{(task.get('group') or '').partition(':')[2]}")
    return (service or {}).get("loadBalancers") or []


def epoch(value):
    return float(ecs._ts_to_epoch(value) or 0)


def stop_unhealthy(service, task):
    """Stops an unhealthy task once its grace period is over. The scheduler then replaces it."""
    if task["lastStatus"] != "RUNNING" or not alive(task):
        return
    age = time.time() - epoch(task["startedAt"])
    if age < timing.grace_period(service.get("healthCheckGracePeriodSeconds") or 0):
        return
    if task.get("healthStatus") == "UNHEALTHY":
        events.unhealthy_container(service, task)
        tasks.stop(task, "Task failed container health checks", "ServiceSchedulerInitiated", failed=True)
    elif target := unhealthy_target(task):
        events.unhealthy(service, task, target.port, target.group, target.health.description)
        reason = f"Task failed ELB health checks in (target-group {target.group})"
        task["_unanswered"] = (target.port, target.health.reason, target.health.description)
        tasks.stop(task, reason, "ServiceSchedulerInitiated", failed=True)
        events.deregistered(service, target.group, 1)
