"""The probes of the registry's patches."""
import json
from urllib.parse import parse_qsl, urlsplit

from .. import upstream
from .client import ECR, call, login, probe, registry


@probe
def ecr_login(_loaded):
    return registry("GET", "/v2/")[0] == 200


def _push_layer(name):
    call("ecr", ECR, "CreateRepository", repositoryName=name)
    content = b"layer"
    digest = upstream.service("ecr")._content_digest(content)
    registry("POST", f"/v2/{name}/blobs/uploads/", login(), content, digest=digest)
    return digest, registry("GET", f"/v2/{name}/blobs/{digest}", login())


@probe
def ecr_blobs(_loaded):
    digest, answer = _push_layer("probe-blobs")
    assert answer[0] == 200 and answer[2] == b"layer", answer
    kept = upstream.service("ecr").get_state()["layer_blobs"]["probe-blobs"]
    return isinstance(kept[digest], bytes)


@probe
def ecr_urls(_loaded):
    digest, _answer = _push_layer("probe-urls")
    given = call("ecr", ECR, "GetDownloadUrlForLayer", repositoryName="probe-urls", layerDigest=digest)
    address = urlsplit(given["downloadUrl"])
    if not address.query:
        return True
    query_params = dict(parse_qsl(address.query))
    assert registry("GET", address.path, **query_params)[2] == b"layer"
    assert registry("GET", address.path, **{**query_params, "account": "888888888888"})[0] == 403
    other = call("ecr", ECR, "GetDownloadUrlForLayer", repositoryName="probe-urls", layerDigest="sha256:00")
    assert "LayersNotFoundException" in json.dumps(other), other
    return False


@probe
def ecr_answers(_loaded):
    call("ecr", ECR, "CreateRepository", repositoryName="probe-answers")
    unknown = call("ecr", ECR, "DescribeImages", repositoryName="probe-answers", imageIds=[{"imageTag": "none"}])
    return "ImageNotFoundException" not in json.dumps(unknown)


@probe
def ecr_registry(_loaded):
    call("ecr", ECR, "CreateRepository", repositoryName="probe-registry")
    with upstream.request_scope("888888888888", "us-west-2"):
        requested = {"registryId": "999999999999", "repositoryNames": ["probe-registry"]}
        return "repositories" not in call("ecr", ECR, "DescribeRepositories", **requested)
