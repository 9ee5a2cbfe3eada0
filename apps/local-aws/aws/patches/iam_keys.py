"""The condition keys `iam:PermissionsBoundary`, `iam:PolicyARN`, `iam:AWSServiceName` and `ecs:cluster` are unknown: a policy that requires
one denies everything, and one with a negated operator allows everything (ministack 1.5.33)."""
from .. import upstream

iam = upstream.service("iam")

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


def of_ecs(request):
    cluster = str(request.data.get("cluster") or "").rsplit("/", 1)[-1]
    return {"ecs:cluster": f"arn:aws:ecs:{request.region}:{request.account}:cluster/{cluster}" if cluster else None}


KEYS = {"iam": of_iam, "ecs": of_ecs}


@upstream.wrap(upstream.iam_actions, "request_tag_context")
def _with_keys(inner, service, iam_action, body, params):
    found = inner(service, iam_action, body, params)
    if service not in KEYS:
        return found
    # Upstream passes no headers and no scope here, so the target header is built from the action.
    request = upstream.Request({"x-amz-target": iam_action.replace(":", ".")}, body, params, upstream.region(), upstream.account_id())
    return {**found, **{key: value for key, value in KEYS[service](request).items() if value}}
