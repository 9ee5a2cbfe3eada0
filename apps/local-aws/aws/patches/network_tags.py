"""Requests to EC2 and load balancers are evaluated on one guessed resource without tags, so that a policy cannot keep the resources of
environments apart by tag (ministack 1.5.33).

Here each resource that a request names is evaluated with its tags, except those named by an association or by a security group's rules."""
import re

from .. import iam_checks, upstream

ec2, alb = upstream.service("ec2"), upstream.service("alb")

TYPES = {
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
AN_ID = re.compile(r"(%s)-[0-9a-f]{8,17}" % "|".join(TYPES))
# A tag's value may look like an id, and a rule only refers to its source.
NOT_ABOUT = re.compile(r"^(Tag|IpPermissions|ReferencedGroupId|Filter)")
OF_BALANCING = re.compile(r"(LoadBalancer|TargetGroup|Listener|Rule)Arn|ResourceArns\.member\.\d+")


def named(service, request):
    """The ARNs of the resources that a request names. Reads have none in IAM."""
    if request.action.startswith("Describe"):
        return []
    given = {key: request.param(key) for key in request.params}
    if service == "elasticloadbalancing":
        return [value for key, value in given.items() if OF_BALANCING.fullmatch(key) and value]
    ids = {key: AN_ID.fullmatch(value) for key, value in given.items() if not NOT_ABOUT.match(key)}
    return [f"arn:aws:ec2:{request.region}:{request.account}:{TYPES[found[1]]}/{found[0]}" for found in ids.values() if found]


@upstream.wrap(upstream.iam_actions, "extract_resource_arn")
def _first(inner, service, method, path, headers, body, query_params, region, account_id):
    guessed = inner(service, method, path, headers, body, query_params, region, account_id)
    if service not in ("ec2", "elasticloadbalancing"):
        return guessed
    return next(iter(named(service, upstream.Request(headers, body, query_params, region, account_id))), guessed)


def _others(service):
    return lambda request: [(f"{service}:{request.action}", arn, {}) for arn in named(service, request)[1:]]


for _service in ("ec2", "elasticloadbalancing"):
    iam_checks.add(_service)(_others(_service))


@upstream.wrap("tagging", "resource_tags")
def _known(inner, arn):
    service = arn.split(":")[2] if arn.count(":") > 4 else ""
    if service == "ec2":
        found = ec2._tags.get(arn.rsplit("/", 1)[-1])
    elif service == "elasticloadbalancing":
        found = alb._tags.get(arn)
    else:
        return inner(arn)
    return {tag["Key"]: tag["Value"] for tag in found or []}
