"""The circuit breaker: decides when a deployment has failed, and rolls back to the last completed one."""
import time

from .. import persistence, upstream
from . import events, history, rollout, tasks

ecs = upstream.service("ecs")


def primary_of(service):
    return next((d for d in service["deployments"] if d["status"] == "PRIMARY"), None)


def settings(service):
    return (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}


def threshold(service):
    if settings(service).get("thresholdConfiguration"):
        return ecs._circuit_breaker_threshold(service)
    return rollout.breaker_threshold(service["desiredCount"])


def trips(service, primary):
    if primary["rolloutState"] != "IN_PROGRESS" or primary.get("_row", 0) < threshold(service):
        return False
    if primary.get("_rollback"):
        arn = primary["_rollback"]
        history.finish(arn, "ROLLBACK_FAILED", "Rollback failed: tasks of the earlier revision failed to start.")
        return False
    return settings(service).get("enable", False)


def fail(service, deployment, reason):
    """Rolls back. Without a completed deployment the service keeps this one and starts no more tasks, as on AWS."""
    now = time.time()
    deployment.update(rolloutState="FAILED", rolloutStateReason=reason, updatedAt=now, _failed_at=now)
    arn = deployment["_service_deployment"]
    history.tripped(arn, deployment.get("_row", 0), threshold(service))
    events.failed(service, deployment)
    earlier = service.get("_last_completed")
    if not settings(service).get("rollback") or not earlier:
        return history.finish(arn, "STOPPED", reason)
    _roll_back(service, deployment, earlier, reason)


def _roll_back(service, deployment, earlier, reason):
    deployment.update(status="ACTIVE", desiredCount=0)
    target = next((d for d in service["deployments"] if d["id"] == earlier["id"]), None)
    if target is None:
        target = {**earlier}
        service["deployments"].append(target)
    target.update(
        status="PRIMARY",
        desiredCount=service["desiredCount"],
        rolloutState="IN_PROGRESS",
        rolloutStateReason=f"ECS deployment circuit breaker: rolling back to deploymentId {target['id']}.",
        updatedAt=time.time(),
        failedTasks=0,
        _row=0,
        _rollback=deployment["_service_deployment"],
    )
    service["taskDefinition"] = target["taskDefinition"]
    service["networkConfiguration"] = target.get("_network") or service.get("networkConfiguration")
    history.roll_back(deployment["_service_deployment"], reason, target["_revision"])
    events.rolling_back(service, target)


def stop_deployment(service, roll_back):
    """StopServiceDeployment: rolls back to the last completed deployment, or leaves the tasks as they are."""
    primary = primary_of(service)
    if roll_back and service.get("_last_completed"):
        now = time.time()
        reason = "Service deployment rollback was requested by the user."
        primary.update(rolloutState="FAILED", rolloutStateReason=reason, updatedAt=now, _failed_at=now)
        _roll_back(service, primary, service["_last_completed"], reason)
    else:
        primary.update(rolloutState="FAILED", rolloutStateReason="Service deployment was stopped by the user.")
        history.finish(primary["_service_deployment"], "STOPPED", "Service deployment was stopped by the user.")
    persistence.touch("ecs")
    tasks.wake()
