"""ListServiceDeployments, DescribeServiceDeployments, DescribeServiceRevisions, StopServiceDeployment."""
import time

from .. import upstream
from . import breaker, history, tasks

ecs = upstream.service("ecs")
ecs._ECS_TIMESTAMP_FIELDS.add("finishedAt")
BRIEF = ("serviceDeploymentArn", "serviceArn", "clusterArn", "startedAt", "createdAt", "finishedAt", "status", "statusReason")


def _service(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster") or _cluster_in(data.get("service", "")))
    found = ecs._resolve_service_ref(data.get("service", ""))
    return ecs._services.get(f"{cluster}/{found[0]}") if found else None


def _cluster_in(reference):
    parts = reference.split("/")
    return parts[1] if reference.startswith("arn:") and len(parts) == 3 else "default"


@upstream.replace(ecs, "_list_service_deployments")
def list_deployments(data):
    service = _service(data)
    if service is None:
        return upstream.error_reply("ServiceNotFoundException", "Service not found.", 400)
    wanted, created = data.get("status"), data.get("createdAt") or {}
    after, before = float(created.get("after", 0)), float(created.get("before", time.time() + 1))
    found = [
        d
        for d in history.of_service(service)
        if (not wanted or d["status"] in wanted) and after <= d["createdAt"] <= before
    ]
    start, size = int(data.get("nextToken") or 0), int(data.get("maxResults") or 20)
    out = {"serviceDeployments": [_brief(d) for d in found[start : start + size]]}
    if start + size < len(found):
        out["nextToken"] = str(start + size)
    return upstream.reply(out)


def _brief(record):
    kept = {k: record[k] for k in BRIEF if k in record}
    return {**kept, "targetServiceRevisionArn": record["targetServiceRevision"]["arn"]}


def _described(store, arns, name):
    found = [store[a] for a in arns if a in store]
    missing = [{"arn": a, "reason": "MISSING"} for a in arns if a not in store]
    return upstream.reply({name: found, "failures": missing})


@upstream.replace(ecs, "_describe_service_deployments")
def describe_deployments(data):
    return _described(history.deployments, data.get("serviceDeploymentArns", []), "serviceDeployments")


@upstream.replace(ecs, "_describe_service_revisions")
def describe_revisions(data):
    return _described(history.revisions, data.get("serviceRevisionArns", []), "serviceRevisions")


@upstream.add_action("ecs", "StopServiceDeployment")
def stop_deployment(data):
    arn, kind = data.get("serviceDeploymentArn", ""), data.get("stopType", "ROLLBACK")
    record = history.deployments.get(arn)
    if record is None:
        return upstream.error_reply("ServiceDeploymentNotFoundException", f"Service deployment not found: {arn}", 400)
    with tasks.lock:
        service = next(s for s in ecs._services.values() if s["serviceArn"] == record["serviceArn"])
        if record["status"] != "IN_PROGRESS":
            text = f"The service deployment is in status {record['status']} and cannot be stopped."
            return upstream.error_reply("ConflictException", text, 400)
        breaker.stop_deployment(service, roll_back=kind == "ROLLBACK")
    return upstream.reply({"serviceDeploymentArn": arn})
