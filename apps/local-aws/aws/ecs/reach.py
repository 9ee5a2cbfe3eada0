"""Which of AWS's services a Fargate task reaches from its subnets, judged from route tables, endpoints and security groups as they are.

Upstream (1.5.33) starts a task in any subnet. No packet is filtered here: what is judged are the ways that Fargate itself needs before
a container runs. ways.py has the judgement of one way, this module what a task needs and AWS's words for what it lacks."""
from dataclasses import dataclass

from .. import upstream
from . import images, ways

ec2 = upstream.service("ec2")


class NoWay(Exception):
    """What AWS says of a task that cannot start in its subnet, with what is missing."""


@dataclass(frozen=True)
class Need:
    service: str  # as the name of its endpoint ends, or another registry's host
    region: str  # empty for another registry
    said: str


def place(task, definition):
    """Where a task of Fargate is put, or None where that is not known: its subnets are not there, or it is on an instance."""
    given = task.get("_awsvpc") or {}
    subnets = [ec2._subnets.get(id) for id in given.get("subnets") or []]
    if not subnets or None in subnets or task.get("launchType") != "FARGATE" or definition.get("networkMode") != "awsvpc":
        return None
    groups = given.get("securityGroups") or [ec2._vpcs.get(subnets[0]["VpcId"], {}).get("DefaultSecurityGroupId", "")]
    return ways.Place(tuple(s["SubnetId"] for s in subnets), tuple(groups), given.get("assignPublicIp") == "ENABLED")


def check(task, definition):
    """Raises NoWay where the task cannot start."""
    where = place(task, definition)
    if where and (text := refusal(where, definition)):
        raise NoWay(text)


def is_cut_off(task, definition):
    """Whether its subnet has no way out to the internet."""
    where = place(task, definition)
    return where is not None and not ways.route_out(where, where.subnets[0]).by


def refusal(where, definition):
    """AWS's words for the first thing that a task of this definition does not reach, and all that is missing; or None.

    AWS puts a task into one of the subnets; here a task starts only if it could in each of them."""
    for subnet in where.subnets:
        shut = [(need, way) for need in needs(definition) if not (way := ways.find(where, subnet, need.service, need.region)).by]
        if shut:
            return f"{shut[0][0].said} ({missing(subnet, shut)})"
    return None


def missing(subnet, shut):
    """Services that lack the same, together: `no way from subnet-1 to ecr.api, logs: …; to s3: …`."""
    by_reason = {}
    for need, way in shut:
        by_reason.setdefault(way.why, []).append(need.service)
    parts = [f"to {', '.join(dict.fromkeys(services))}: {why}" for why, services in by_reason.items()]
    return f"no way from {subnet} {'; '.join(parts)}"


def needs(definition):
    """What Fargate asks through the task's interface, in its order: registry, secrets, environment files, image, log."""
    containers = definition["containerDefinitions"]
    found = {}
    for part in (_registry, _secrets, _files, _image, _log):
        for need in (need for each in containers for need in part(each)):
            found.setdefault((need.service, need.region), need)
    return list(found.values())


PULL = "ResourceInitializationError: unable to pull secrets or registry auth: "
CANCELED = "RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration."


def _registry(container):
    if found := images.ECR.match(container["image"]):
        text = "The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR."
        yield Need("ecr.api", found[2], f"{PULL}{text} Check your task network configuration.")


def _secrets(container):
    references = [secret["valueFrom"] for secret in container.get("secrets") or []]
    if credentials := (container.get("repositoryCredentials") or {}).get("credentialsParameter"):
        references.append(credentials)
    for reference in references:
        region = reference.split(":")[3] if reference.startswith("arn:") else upstream.region()
        failed = f"{PULL}execution resource retrieval failed: unable to retrieve "
        if ":secretsmanager:" in reference:
            why = f"secret from asm: service call has been retried 5 time(s): failed to fetch secret {reference} from secrets manager"
            yield Need("secretsmanager", region, f"{failed}{why}: {CANCELED}")
        else:
            yield Need("ssm", region, f"{failed}secrets from ssm: service call has been retried 5 time(s): {CANCELED}")


def _files(container):
    if container.get("environmentFiles"):
        failed = "ResourceInitializationError: failed to download env files: file download command: non empty error stream: "
        yield Need("s3", upstream.region(), failed + CANCELED)


def _image(container):
    """The manifest, and of ECR's images the layers, which S3 has."""
    image, found = container["image"], images.ECR.match(container["image"])
    host = image.partition("/")[0] if found or "." in image.partition("/")[0] else "registry-1.docker.io"
    failed = f"CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}"
    failed += ": failed to do request"
    yield Need("ecr.dkr" if found else host, found[2] if found else "", f'{failed}: Head "https://{host}/v2/": dial tcp: i/o timeout')
    if found:
        layers = f"prod-{found[2]}-starport-layer-bucket.s3.{found[2]}.amazonaws.com"
        failed = "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open"
        yield Need("s3", found[2], f'{failed}: failed to do request: Get "https://{layers}/": dial tcp: i/o timeout')


def _log(container):
    config = container.get("logConfiguration") or {}
    if config.get("logDriver") == "awslogs":
        region = (config.get("options") or {}).get("awslogs-region") or upstream.region()
        failed = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
        why = f'RequestError: send request failed caused by: Post "https://logs.{region}.amazonaws.com/": dial tcp: i/o timeout'
        yield Need("logs", region, f"{failed}failed to create Cloudwatch log stream: {why}")
