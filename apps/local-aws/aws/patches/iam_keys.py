"""The condition keys `iam:PermissionsBoundary`, `iam:PolicyARN`, `iam:AWSServiceName`, `ecs:cluster` and those of what ECS is to start are
unknown: a policy that requires one denies everything, and one with a negated operator allows everything (ministack 1.5.33)."""
from .. import upstream

iam, ecs = upstream.service("iam"), upstream.service("ecs")

SETS_BOUNDARY = {"CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"}
HAS_BOUNDARY = {
    f"{verb}{kind}{thing}"
    for kind in ("Role", "User")
    for verb, thing in (
        ("Attach", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
        ("Delete", "Policy"),
        ("Delete", "PermissionsBoundary"),
    )
}


def boundary(request):
    if request.action in SETS_BOUNDARY:
        return request.param("PermissionsBoundary")
    if request.action not in HAS_BOUNDARY:
        return None
    store, field = (iam._roles, "RoleName") if request.param("RoleName") else (iam._users, "UserName")
    return (store.get(request.param(field)) or {}).get("PermissionsBoundary")


def of_iam(request):
    attaching = request.action.startswith(("Attach", "Detach"))
    return {
        "iam:permissionsboundary": boundary(request),
        "iam:policyarn": request.param("PolicyArn") if attaching else None,
        "iam:awsservicename": request.param("AWSServiceName"),
    }


# Which request has which key, as in AWS's service authorization reference. A key is there only if the request names its value.
SETS_TASK_DEFINITION = {"CreateService", "CreateTaskSet", "UpdateService"}
SETS_NETWORK = {"CreateService", "UpdateService"}
SETS_SHELL = {"CreateService", "UpdateService", "RunTask", "StartTask"}


def of_ecs(request):
    action, data = request.action, request.data
    prefix = f"arn:aws:ecs:{request.region}:{request.account}"
    cluster = str(data.get("cluster") or "").rsplit("/", 1)[-1]
    keys = {"ecs:cluster": f"{prefix}:cluster/{cluster}" if cluster else None}
    if action in SETS_TASK_DEFINITION and data.get("taskDefinition"):
        named = str(data["taskDefinition"])
        newest = f"{prefix}:task-definition/{ecs._resolve_td_key(named)}"
        keys["ecs:task-definition"] = named if named.startswith("arn:") else newest
    if action in SETS_SHELL and data.get("enableExecuteCommand") is not None:
        keys["ecs:enable-execute-command"] = spelled(data["enableExecuteCommand"])
    network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if action in SETS_NETWORK and network:
        keys["ecs:subnet"] = network.get("subnets")
        keys["ecs:auto-assign-public-ip"] = spelled(network.get("assignPublicIp") == "ENABLED")
    return keys


def spelled(flag):
    return "true" if flag else "false"


KEYS = {"iam": of_iam, "ecs": of_ecs}


@upstream.wrap(upstream.iam_actions, "request_tag_context")
def _with_keys(inner, service, iam_action, body, params):
    found = inner(service, iam_action, body, params)
    if service not in KEYS:
        return found
    # Upstream passes no headers and no scope here, so the target header is built from the action.
    request = upstream.Request({"x-amz-target": iam_action.replace(":", ".")}, body, params, upstream.region(), upstream.account_id())
    return {**found, **{key: value for key, value in KEYS[service](request).items() if value}}
