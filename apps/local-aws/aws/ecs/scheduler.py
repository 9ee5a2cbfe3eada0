"""The service scheduler: keeps each service at its desired count, and completes or fails its deployments.

Upstream's (1.5.33) reports success for a version that never answers, completes a first deployment at once, and never removes a
failed one from the list."""
import logging
import socket
import threading
import time

from .. import persistence, timing, upstream
from ..patches import ecr_login
from . import breaker, events, history, rollout, targets, task_health, tasks

ecs = upstream.service("ecs")
log = logging.getLogger("slipway")
_wake = threading.Event()
_stopped = threading.Event()


def start():
    tasks.on_change(_wake.set)
    targets.on_change(lambda _target, _before: _wake.set())
    threading.Thread(target=_loop, daemon=True, name="slipway-scheduler").start()


def stop():
    _stopped.set()
    tasks.close()


def _await_gateway():
    """Waits for the gateway's port, because tasks pull their images from it."""
    host, _, port = ecr_login.endpoint().rpartition(":")
    for _ in range(300):
        try:
            return socket.create_connection((host, int(port)), 1).close()
        except OSError:
            _stopped.wait(0.1)


def _loop():
    _await_gateway()
    while not _stopped.is_set():
        _wake.wait(timing.SCHEDULER_TICK)
        _wake.clear()
        for (account, region, key), service in ecs._services.all_items():
            try:
                with upstream.request_scope(account, region), tasks.lock:
                    reconcile(key, service)
            except Exception:
                log.exception("service %s", key)
        with tasks.lock:
            _remove_stopped_tasks()


def members_of(service):
    group, cluster = f"service:{service['serviceName']}", service["clusterArn"]
    return [t for t in ecs._tasks.values() if t.get("group") == group and t.get("clusterArn") == cluster]


def reconcile(key, service):
    if service["status"] == "INACTIVE":
        return
    mine = members_of(service)
    if service["status"] == "DRAINING":
        return _finish_deletion(service, mine)
    primary = breaker.primary_of(service)
    for task in mine:
        task_health.stop_unhealthy(service, task)
    _count_failures(service, primary, mine)
    if breaker.trips(service, primary):
        breaker.fail(service, primary, "ECS deployment circuit breaker: tasks failed to start.")
        primary = breaker.primary_of(service)
    _start_and_stop(key, service, primary, mine)
    _count(service, mine)
    if primary["rolloutState"] == "IN_PROGRESS" and is_steady(service, primary, mine):
        _complete(service, primary)
    _record_steady(service, primary, mine)
    _tidy(service, mine)


# counting failures


def _count_failures(service, primary, mine):
    for task in mine:
        deployment = next((d for d in service["deployments"] if d["id"] == task.get("_deployment_id")), None)
        if deployment is None:
            continue
        if task.get("_failed") and not task.get("_counted"):
            task["_counted"] = True
            deployment["failedTasks"] = deployment.get("failedTasks", 0) + 1
            deployment["_row"] = deployment.get("_row", 0) + 1
            deployment["_last_failure"] = deployment["updatedAt"] = time.time()
            if task.get("stopCode") == "TaskFailedToStart":
                events.unable_to_start(service, task["stoppedReason"])
        elif task_health.is_healthy(task) and not task.get("_was_healthy"):
            task["_was_healthy"] = True
            deployment["_row"] = 0
            history.record_digests(deployment.get("_revision"), task["containers"])
            for group in {t[0] for t in task.get("_targets", [])}:
                events.registered(service, group, 1)
    if primary["rolloutState"] == "IN_PROGRESS" and not primary.get("_rollback"):
        running, pending = _states(mine, primary)
        sources = {d.get("_revision"): _summary(d, mine) for d in service["deployments"] if d is not primary}
        history.count(primary["_service_deployment"], primary["_row"], breaker.threshold(service), running, pending, sources)


def _summary(deployment, mine):
    running, pending = _states(mine, deployment)
    return {"runningTaskCount": running, "pendingTaskCount": pending}


# starting and stopping tasks


def _start_and_stop(key, service, primary, mine):
    configuration = service.get("deploymentConfiguration") or {}
    members = [
        rollout.Member(
            t["taskArn"],
            current=t.get("_deployment_id") == primary["id"],
            healthy=task_health.is_healthy(t),
            started=task_health.epoch(t.get("createdAt")),
        )
        for t in mine
        if task_health.alive(t)
    ]
    next_step = rollout.plan(
        service["desiredCount"],
        members,
        int(configuration.get("minimumHealthyPercent", 100)),
        int(configuration.get("maximumPercent", 200)),
        may_start=primary["rolloutState"] != "FAILED" and not _backing_off(primary),
    )
    by_arn = {t["taskArn"]: t for t in mine}
    if next_step.stop:
        _stop(service, primary, [by_arn[arn] for arn in next_step.stop])
    if next_step.start:
        _start(key, service, primary, next_step.start)


def _backing_off(deployment):
    row = min(deployment.get("_row", 0), len(timing.BACKOFF) - 1)
    return time.time() - deployment.get("_last_failure", 0) < timing.BACKOFF[row]


def _stop(service, primary, chosen):
    for group in {t[0] for task in chosen for t in task.get("_targets", [])}:
        events.deregistered(service, group, sum(t[0] == group for task in chosen for t in task.get("_targets", [])))
    if any(t.get("_targets") for t in chosen):
        events.draining(service, len(chosen))
    for task in chosen:
        reason = f"Scaling activity initiated by (deployment {task.get('_deployment_id') or primary['id']})"
        tasks.stop(task, reason, "ServiceSchedulerInitiated")
    events.stopped(service, chosen)


def _start(key, service, deployment, count):
    answer = ecs._run_task(
        {
            "cluster": key.split("/", 1)[0],
            "taskDefinition": service["taskDefinition"],
            "count": count,
            "group": f"service:{service['serviceName']}",
            "startedBy": deployment["id"],
            "launchType": service.get("launchType"),
            "capacityProviderStrategy": service.get("capacityProviderStrategy"),
            "platformVersion": service.get("platformVersion", ""),
            "networkConfiguration": service.get("networkConfiguration") or {},
            "enableExecuteCommand": service.get("enableExecuteCommand", False),
            "_deploymentId": deployment["id"],
        }
    )
    found = upstream.with_status(answer)
    if found is None:
        deployment["_row"] = deployment.get("_row", 0) + 1
        deployment["_last_failure"] = time.time()
        return events.unable_to_start(service, answer[2].decode())
    events.started(service, found["tasks"])


# completing deployments


def is_steady(service, primary, mine):
    current = [t for t in mine if t.get("_deployment_id") == primary["id"] and task_health.alive(t)]
    left = [t for t in mine if t not in current and t["lastStatus"] in (*tasks.ALIVE, "DEACTIVATING")]
    return len(current) == service["desiredCount"] and not left and all(task_health.is_healthy(t) for t in current)


def _complete(service, primary):
    primary.update(
        rolloutState="COMPLETED",
        rolloutStateReason=f"ECS deployment {primary['id']} completed.",
        updatedAt=time.time(),
    )
    rolled_back = primary.pop("_rollback", None)
    history.finish(
        rolled_back or primary["_service_deployment"], "ROLLBACK_SUCCESSFUL" if rolled_back else "SUCCESSFUL"
    )
    service["_last_completed"] = {**primary, "_network": service.get("networkConfiguration")}
    events.completed(service, primary)
    persistence.touch("ecs")


def _record_steady(service, primary, mine):
    steady = primary["rolloutState"] == "COMPLETED" and is_steady(service, primary, mine)
    if steady and not service.get("_steady"):
        events.steady(service)
    service["_steady"] = steady


def _states(mine, deployment=None):
    chosen = [t for t in mine if deployment is None or t.get("_deployment_id") == deployment["id"]]
    running = sum(t["lastStatus"] == "RUNNING" for t in chosen)
    return running, sum(t["lastStatus"] in ("PROVISIONING", "PENDING", "ACTIVATING") for t in chosen)


def _count(service, mine):
    service["runningCount"], service["pendingCount"] = _states(mine)
    for deployment in service["deployments"]:
        deployment["runningCount"], deployment["pendingCount"] = _states(mine, deployment)
    ecs._recount_cluster(ecs._cluster_name_from_arn(service["clusterArn"]))


def _tidy(service, mine):
    """Removes deployments without tasks from the list, a failed one after a delay."""
    now = time.time()
    busy = {t.get("_deployment_id") for t in mine if t["lastStatus"] != "STOPPED"}
    finished = breaker.primary_of(service)["rolloutState"] != "IN_PROGRESS"

    def stays(deployment):
        if deployment["status"] == "PRIMARY" or deployment["id"] in busy:
            return True
        failed_at = deployment.get("_failed_at")
        return bool(failed_at) and (not finished or now - failed_at < timing.FAILED_DEPLOYMENT_LISTED)

    kept = [d for d in service["deployments"] if stays(d)]
    if len(kept) != len(service["deployments"]):
        service["deployments"] = kept
        persistence.touch("ecs")


def _remove_stopped_tasks():
    limit = time.time() - timing.STOPPED_TASK_LISTED
    for (account, region, arn), task in ecs._tasks.all_items():
        if task["lastStatus"] == "STOPPED" and task_health.epoch(task.get("stoppedAt")) < limit:
            ecs._tasks.pop_scoped(account, region, arn)


def _finish_deletion(service, mine):
    for task in mine:
        if task_health.alive(task):
            tasks.stop(task, "Service deleted", "ServiceSchedulerInitiated")
    _count(service, mine)
    if all(t["lastStatus"] == "STOPPED" for t in mine):
        service.update(status="INACTIVE", runningCount=0, pendingCount=0)
        persistence.touch("ecs")
