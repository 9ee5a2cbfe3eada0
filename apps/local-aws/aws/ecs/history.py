"""The records of service deployments and service revisions. Upstream (1.5.33) answers empty lists."""
import copy
import secrets
import sys
import time
import uuid

from .. import persistence, upstream
from . import rollout

ecs = upstream.service("ecs")
KEY = "slipway_history"  # names the state file
KEPT = 100

deployments = upstream.RegionScoped()  # ARN -> service deployment
revisions = upstream.RegionScoped()  # ARN -> service revision
IN_PROGRESS = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
COPIED = ("launchType", "capacityProviderStrategy", "platformVersion", "platformFamily", "loadBalancers", "networkConfiguration")


def get_state():
    return copy.deepcopy({"deployments": deployments, "revisions": revisions})


def load_persisted_state(data):
    deployments.update(data["deployments"])
    revisions.update(data["revisions"])


def reset():
    deployments.clear()
    revisions.clear()


def _arn(service, kind, tail):
    return service["serviceArn"].replace(":service/", f":{kind}/") + f"/{tail}"


def new_revision(service):
    """Records what a deployment runs. record_digests adds the digests when its tasks have pulled their images."""
    arn = _arn(service, "service-revision", str(uuid.uuid4().int)[:19])
    definition = ecs._task_defs.get(ecs._resolve_td_key(service["taskDefinition"])) or {}
    revisions[arn] = {
        "serviceRevisionArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "taskDefinition": service["taskDefinition"],
        **{key: service[key] for key in COPIED if service.get(key)},
        "containerImages": [_image(c) for c in definition.get("containerDefinitions", [])],
        "guardDutyEnabled": False,
        "createdAt": time.time(),
    }
    return arn


def _image(container):
    name, _, digest = container["image"].partition("@")
    out = {"containerName": container["name"], "image": container["image"] if not digest else f"{name}@{digest}"}
    return {**out, "imageDigest": digest} if digest else out


def record_digests(arn, containers):
    for image in (revisions.get(arn) or {}).get("containerImages", []):
        found = next((c.get("imageDigest") for c in containers if c["name"] == image["containerName"]), None)
        if found:
            image["imageDigest"] = found


def begin(service, deployment, sources):
    """Records a new service deployment, and ends an unfinished one as superseded."""
    for earlier in of_service(service):
        if earlier["status"] in IN_PROGRESS:
            finish(earlier["serviceDeploymentArn"], "STOPPED", "Superseded by a newer deployment.")
    arn = _arn(service, "service-deployment", secrets.token_urlsafe(15)[:20].replace("-", "0").replace("_", "1"))
    now = time.time()
    configuration = service.get("deploymentConfiguration") or {}
    enabled = (configuration.get("deploymentCircuitBreaker") or {}).get("enable", False)
    deployments[arn] = {
        "serviceDeploymentArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": now,
        "startedAt": now,
        "updatedAt": now,
        "sourceServiceRevisions": [_summary(s) for s in sources],
        "targetServiceRevision": _summary(deployment["_revision"], service["desiredCount"]),
        "status": "IN_PROGRESS",
        "deploymentConfiguration": configuration,
        "deploymentCircuitBreaker": {
            "status": "MONITORING" if enabled else "DISABLED",
            "failureCount": 0,
            "threshold": rollout.breaker_threshold(service["desiredCount"]) if enabled else 0,
        },
        "alarms": {"status": "DISABLED"},
    }
    service["_service_deployment"] = arn
    _remove_oldest(service)
    persistence.touch(KEY)
    return arn


def _summary(arn, requested=0):
    return {"arn": arn, "requestedTaskCount": requested, "runningTaskCount": 0, "pendingTaskCount": 0}


def _remove_oldest(service):
    for old in of_service(service)[KEPT:]:
        deployments.pop(old["serviceDeploymentArn"], None)


def of_service(service):
    """Newest first."""
    mine = [d for d in deployments.values() if d["serviceArn"] == service["serviceArn"]]
    return sorted(mine, key=lambda d: d["createdAt"], reverse=True)


def change(arn, **fields):
    record = deployments.get(arn)
    if record and any(record.get(k) != v for k, v in fields.items()):
        record.update(fields, updatedAt=time.time())
        persistence.touch(KEY)


def count(arn, failed, threshold, running, pending, sources):
    record = deployments.get(arn)
    if record is None:
        return
    target = {**record["targetServiceRevision"], "runningTaskCount": running, "pendingTaskCount": pending}
    breaker = record["deploymentCircuitBreaker"]
    if breaker["status"] == "MONITORING":
        breaker = {**breaker, "failureCount": failed, "threshold": threshold}
    counted = [{**s, **sources.get(s["arn"], _summary(s["arn"]))} for s in record["sourceServiceRevisions"]]
    change(arn, targetServiceRevision=target, deploymentCircuitBreaker=breaker, sourceServiceRevisions=counted)


def tripped(arn, failed, threshold):
    change(arn, deploymentCircuitBreaker={"status": "TRIGGERED", "failureCount": failed, "threshold": threshold})


def roll_back(arn, reason, revision):
    change(
        arn,
        status="ROLLBACK_IN_PROGRESS",
        statusReason=reason,
        rollback={"reason": reason, "startedAt": time.time(), "serviceRevisionArn": revision},
    )


def finish(arn, status, reason=None):
    record = deployments.get(arn)
    if record is None or record["status"] not in IN_PROGRESS:
        return
    breaker = record["deploymentCircuitBreaker"]
    if breaker["status"] == "MONITORING":
        breaker = {**breaker, "status": "MONITORING_COMPLETE"}
    now = time.time()
    stopped = {"stoppedAt": now} if status == "STOPPED" else {}
    explained = {"statusReason": reason} if reason else {}
    change(arn, status=status, finishedAt=now, deploymentCircuitBreaker=breaker, **stopped, **explained)


upstream.add_state(KEY, sys.modules[__name__])
