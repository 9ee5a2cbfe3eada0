"""With AUTH, requests are evaluated on other resources than on AWS (ministack 1.5.33): roles without their path, nothing for providers and
new policies, the cluster instead of an ECS service, the log group instead of its streams, the caller's account instead of a registry's,
and lists not at all."""
from .. import iam_checks, upstream

iam = upstream.service("iam")


def named(store, kind, request, field):
    """The ARN with its path, of an existing thing or of one that the request creates."""
    name = request.param(field)
    found = store.get_scoped(request.account, None, name)
    return found["Arn"] if found else f"arn:aws:iam::{request.account}:{kind}{request.param('Path') or '/'}{name}"


def of_iam(request):
    account = request.account
    for store, kind, field in (
        (iam._roles, "role", "RoleName"),
        (iam._users, "user", "UserName"),
        (iam._instance_profiles, "instance-profile", "InstanceProfileName"),
    ):
        if request.param(field):
            return [named(store, kind, request, field)]
    if request.param("PolicyName"):
        return [f"arn:aws:iam::{account}:policy{request.param('Path') or '/'}{request.param('PolicyName')}"]
    if request.param("OpenIDConnectProviderArn"):
        return [request.param("OpenIDConnectProviderArn")]
    if request.action == "CreateOpenIDConnectProvider":
        return [f"arn:aws:iam::{account}:oidc-provider/{request.param('Url').split('://', 1)[-1].rstrip('/')}"]
    if request.param("AWSServiceName"):
        return [f"arn:aws:iam::{account}:role/aws-service-role/{request.param('AWSServiceName')}/*"]
    return []


# The resource type of each ECS action, and the fields that name it in the order of the ARN.
ECS_SERVICE, ECS_TASK = ("service", "cluster", "service"), ("task", "cluster", "task")
ECS = {
    "CreateCluster": ("cluster", "clusterName"),
    "DeleteCluster": ("cluster", "cluster"),
    "UpdateCluster": ("cluster", "cluster"),
    "UpdateClusterSettings": ("cluster", "cluster"),
    "PutClusterCapacityProviders": ("cluster", "cluster"),
    "DescribeClusters": ("cluster", "clusters"),
    "CreateService": ("service", "cluster", "serviceName"),
    "DeleteService": ECS_SERVICE,
    "UpdateService": ECS_SERVICE,
    "DescribeServices": ("service", "cluster", "services"),
    "ListServiceDeployments": ECS_SERVICE,
    "DescribeTasks": ("task", "cluster", "tasks"),
    "StopTask": ECS_TASK,
    "ExecuteCommand": ECS_TASK,
    "RegisterTaskDefinition": ("task-definition", "family"),
    "RunTask": ("task-definition", "taskDefinition"),
    "StartTask": ("task-definition", "taskDefinition"),
}
ECS_BY_ARN = {
    "TagResource": "resourceArn",
    "UntagResource": "resourceArn",
    "ListTagsForResource": "resourceArn",
    "DescribeServiceDeployments": "serviceDeploymentArns",
    "DescribeServiceRevisions": "serviceRevisionArns",
    "StopServiceDeployment": "serviceDeploymentArn",
}


def several(value):
    return value if isinstance(value, list) else [value] if value else []


def last(value):
    return str(value or "").rsplit("/", 1)[-1]


def of_ecs(request):
    """Most ECS actions have no resource type, so that they are evaluated on "*"."""
    action, data = request.action, request.data
    if action in ECS_BY_ARN:
        return several(data.get(ECS_BY_ARN[action]))
    kind, *scope, field = ECS.get(action, ("", ""))
    prefix = f"arn:aws:ecs:{request.region}:{request.account}:{kind}/"
    if scope:
        prefix += f"{last(data.get('cluster')) or 'default'}/"
    names = [last(name) for name in several(data.get(field))] or (["default"] if kind == "cluster" else [])
    return [prefix + (f"{name}:*" if action == "RegisterTaskDefinition" else name) for name in names] if kind else []


def of_ecr(request):
    data = request.data
    names = several(data.get("repositoryName")) or several(data.get("repositoryNames"))
    owner = data.get("registryId") or request.account
    return several(data.get("resourceArn")) or [f"arn:aws:ecr:{request.region}:{owner}:repository/{name}" for name in names]


def of_logs(request):
    if request.action not in ("GetLogEvents", "PutLogEvents", "DeleteLogStream"):
        return []
    group, stream = request.data.get("logGroupName", ""), request.data.get("logStreamName", "")
    return [f"arn:aws:logs:{request.region}:{request.account}:log-group:{group}:log-stream:{stream}"]


def of_ssm(request):
    prefix = f"arn:aws:ssm:{request.region}:{request.account}:parameter/"
    if request.action == "GetParametersByPath":
        return [prefix + str(request.data.get("Path", "")).lstrip("/")]
    names = request.data.get("Names") if request.action in ("GetParameters", "DeleteParameters") else []
    return [name if name.startswith("arn:") else prefix + name.lstrip("/") for name in names or []]


RESOURCES = {"iam": of_iam, "ecs": of_ecs, "ecr": of_ecr, "logs": of_logs, "ssm": of_ssm}
# For these services upstream's guess is never used.
COMPLETE = {"ecs"}


@upstream.wrap(upstream.iam_actions, "extract_resource_arn")
def _as_aws_does(inner, service, method, path, headers, body, query_params, region, account_id):
    guessed = inner(service, method, path, headers, body, query_params, region, account_id)
    found = resources(service, upstream.Request(headers, body, query_params, region, account_id))
    return found[0] if found else "*" if service in COMPLETE else guessed


def resources(service, request):
    return RESOURCES[service](request) if service in RESOURCES else []


def _others(service):
    def check(request):
        return [(f"{service}:{request.action}", arn, {}) for arn in resources(service, request)[1:]]

    return check


for _service in RESOURCES:
    iam_checks.add(_service)(_others(_service))
