"""CreateService, UpdateService, DeleteService and DescribeServices for the scheduler.

Upstream (1.5.33) accepts an INACTIVE or unknown task definition, makes up events, and stops tasks within the call."""
import secrets
import time

from .. import persistence, upstream
from . import breaker, history, tasks

ecs = upstream.service("ecs")
NEW_DEPLOYMENT = ("networkConfiguration", "loadBalancers", "platformVersion", "capacityProviderStrategy", "serviceRegistries")
PLAIN = ("healthCheckGracePeriodSeconds", "enableExecuteCommand", "enableECSManagedTags", "propagateTags")
EXTRA = ("placementStrategy", "placementConstraints", "availabilityZoneRebalancing")


def check_definition(reference):
    """The error when no task may be started from this task definition, else None."""
    definition = ecs._task_defs.get(ecs._resolve_td_key(reference)) if reference else None
    if definition is None:
        return upstream.error_reply("ClientException", "TaskDefinition not found.", 400)
    if definition["status"] != "ACTIVE":
        return upstream.error_reply("ClientException", "TaskDefinition is inactive", 400)
    return None


def new_deployment(service):
    """Makes the service's current settings its PRIMARY deployment. Earlier ones stay ACTIVE until they are drained."""
    now = time.time()
    earlier = [d for d in service["deployments"] if d["status"] == "PRIMARY"]
    for deployment in service["deployments"]:
        deployment["status"] = "ACTIVE"
        deployment.pop("_rollback", None)
        deployment["desiredCount"] = 0 if deployment["rolloutState"] == "FAILED" else deployment["desiredCount"]
    revision = history.new_revision(service)
    number = f"ecs-svc/{secrets.randbelow(10**19):019d}"
    deployment = {
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": service["taskDefinition"],
        "desiredCount": service["desiredCount"],
        "runningCount": 0,
        "pendingCount": 0,
        "failedTasks": 0,
        "createdAt": now,
        "updatedAt": now,
        **{k: service[k] for k in ("launchType", "capacityProviderStrategy", "platformVersion", "platformFamily") if service.get(k)},
        "networkConfiguration": service.get("networkConfiguration") or None,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {number} in progress.",
        "_revision": revision,
        "_row": 0,
    }
    deployment["_service_deployment"] = history.begin(service, deployment, [d["_revision"] for d in earlier])
    service["deployments"] = [deployment, *service["deployments"]]
    service["_steady"] = False
    tasks.wake()


@upstream.wrap(ecs, "_create_service")
def create(inner, data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if cluster != "default" and cluster not in ecs._clusters:
        return upstream.error_reply("ClusterNotFoundException", "Cluster not found.", 400)
    error = check_definition(data.get("taskDefinition", ""))
    if error:
        return error
    with tasks.lock:
        answer = inner(data)
        if answer[0] != 200:
            return answer
        service = ecs._services[f"{cluster}/{data['serviceName']}"]
        service.update({k: data[k] for k in EXTRA if k in data}, deployments=[], events=[])
        service.setdefault("availabilityZoneRebalancing", "DISABLED")
        new_deployment(service)
        return upstream.reply({"service": described(service)})


@upstream.replace(ecs, "_update_service")
def update(data):
    service, error = _find(data)
    if error:
        return error
    if service["status"] != "ACTIVE":
        return upstream.error_reply("ServiceNotActiveException", "Service was not ACTIVE.", 400)
    if data.get("taskDefinition") and (error := check_definition(data["taskDefinition"])):
        return error
    with tasks.lock:
        changed = _apply(service, data)
        if changed or data.get("forceNewDeployment"):
            new_deployment(service)
        else:
            primary = breaker.primary_of(service)
            if primary["desiredCount"] != service["desiredCount"]:
                primary.update(desiredCount=service["desiredCount"], updatedAt=time.time())
        service["_steady"] = False
        persistence.touch("ecs")
        tasks.wake()
        return upstream.reply({"service": described(service)})


def _find(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if cluster is None or cluster not in ecs._clusters:
        return None, upstream.error_reply("ClusterNotFoundException", "Cluster not found.", 400)
    found = ecs._resolve_service_ref(data.get("service", ""))
    service = ecs._services.get(f"{cluster}/{found[0]}") if found and found[1] in (None, cluster) else None
    return service, None if service else upstream.error_reply("ServiceNotFoundException", "Service not found.", 400)


def _apply(service, data):
    """True when the change needs a new deployment. The desired count and deployment settings do not."""
    changed = False
    if data.get("taskDefinition"):
        arn = ecs._task_defs[ecs._resolve_td_key(data["taskDefinition"])]["taskDefinitionArn"]
        changed = arn != service["taskDefinition"]
        service["taskDefinition"] = arn
    for key in NEW_DEPLOYMENT:
        if key in data and data[key] != service.get(key):
            service[key] = data[key]
            changed = True
    if data.get("capacityProviderStrategy"):
        service["launchType"] = None
    if data.get("desiredCount") is not None:
        service["desiredCount"] = int(data["desiredCount"])
    service.update({k: data[k] for k in (*PLAIN, *EXTRA) if k in data})
    if "deploymentConfiguration" in data:
        service["deploymentConfiguration"] = {**(service.get("deploymentConfiguration") or {}), **data["deploymentConfiguration"]}
    return changed


@upstream.replace(ecs, "_delete_service")
def delete(data):
    service, error = _find(data)
    if error:
        return error
    if not data.get("force") and service.get("desiredCount", 0) > 0:
        text = "The service cannot be stopped while it is scaled above 0."
        return upstream.error_reply("InvalidParameterException", text, 400)
    with tasks.lock:
        if service["status"] == "ACTIVE":
            service.update(status="DRAINING", desiredCount=0)
            for deployment in service["deployments"]:
                if deployment["rolloutState"] == "IN_PROGRESS":
                    history.finish(deployment["_service_deployment"], "STOPPED", "Service deleted.")
        tasks.wake()
        return upstream.reply({"service": described(service)})


def described(service):
    """The record as AWS returns it, without empty fields: provider 5.100.0 panics on an empty networkConfiguration."""
    out = ecs._sanitize(service)
    for key in ("networkConfiguration", "platformVersion", "platformFamily", "roleArn", "launchType"):
        if not out.get(key):
            out.pop(key, None)
    primary = breaker.primary_of(service)
    if primary:
        out["currentServiceDeployment"] = service["_service_deployment"]
        out["currentServiceRevisions"] = [
            {
                "arn": d["_revision"],
                "requestedTaskCount": d["desiredCount"],
                "runningTaskCount": d["runningCount"],
                "pendingTaskCount": d["pendingCount"],
            }
            for d in service["deployments"]
            if d["status"] == "PRIMARY" or d["runningCount"] or d["pendingCount"]
        ]
    return out


@upstream.wrap(ecs, "_describe_services")
def describe(inner, data):
    with tasks.lock:
        found = upstream.with_status(answer := inner(data))
        if found is None:
            return answer
        tags = {s["serviceArn"]: s.get("tags") for s in found["services"]}
        records = {s["serviceArn"]: s for s in ecs._services.values()}
        found["services"] = [described(records[arn]) for arn in tags]
        for service in found["services"]:
            service.pop("tags", None)
            if "TAGS" in data.get("include", []):
                service["tags"] = ecs._tags.get(service["serviceArn"], [])
    return upstream.reply(found)
