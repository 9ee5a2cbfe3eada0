"""Pulls a task's image. An ECR host means this gateway's registry, with credentials of the image's account and region.

Upstream (1.5.33) calls the host of real AWS, and falls back to any image that the engine has under that name."""
import re
import time

import docker as sdk

from .. import docker, timing
from ..patches import ecr_login

ECR = re.compile(r"^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/")


class CannotPull(Exception):
    pass


def local(image):
    """The name docker can pull, and the credentials for it (None for an image of another registry)."""
    found = ECR.match(image)
    if not found:
        return image, None
    auth = {"username": ecr_login.USER, "password": ecr_login.password(*found.groups())}
    return f"{ecr_login.endpoint()}/{image[found.end():]}", auth


def pull(image):
    """docker's record of the image. An image that only the engine has may run, except under an ECR name."""
    name, auth = local(image)
    engine = docker.client()
    try:
        _pull_again(engine, name, auth)
        return engine.images.get(name)
    except sdk.errors.DockerException as error:
        if not auth:
            try:
                return engine.images.get(name)
            except sdk.errors.DockerException:
                pass
        why = "not found" if _is_unknown(error) else str(error)
        text = f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: {why}"
        raise CannotPull(f"CannotPullContainerError: {text}") from error


def _is_unknown(error):
    return "unknown" in str(error) or "not found" in str(error)


def _pull_again(engine, name, auth, attempts=3):
    """Retries while the registry is slow or starting, but not when it lacks the image."""
    for left in reversed(range(attempts)):
        try:
            return _pull(engine, name, auth)
        except sdk.errors.DockerException as error:
            if left == 0 or auth is None or _is_unknown(error):
                raise
            time.sleep(timing.PULL_AGAIN)


def _pull(engine, name, auth):
    repository, at, digest = name.partition("@")
    if not at:
        repository, _, digest = name.rpartition(":") if ":" in name.rsplit("/", 1)[-1] else (name, "", "latest")
    for line in engine.api.pull(repository, tag=digest, auth_config=auth, stream=True, decode=True):
        if "error" in line:
            raise sdk.errors.APIError(line["error"])


def digest(image, record):
    """The manifest's digest: from the image's name, or what the registry returned for the tag."""
    if "@" in image:
        return image.partition("@")[2]
    digests = record.attrs.get("RepoDigests") or []
    repository = local(image)[0].rpartition(":")[0] or local(image)[0]
    return next((d.partition("@")[2] for d in digests if d.startswith(f"{repository}@")), None)
