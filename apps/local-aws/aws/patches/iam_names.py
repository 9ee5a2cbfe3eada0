"""Requests to CloudFront, Lambda and Route 53 are evaluated on "*" where AWS names a resource, a tagged distribution by an action that IAM
does not have; what a request says of names and callers are no condition keys; certificates, APIs and distributions have no tags there, so
that a policy cannot keep the names of environments apart (ministack 1.5.33)."""
import re
from urllib.parse import unquote
from xml.etree import ElementTree

from .. import iam_checks, upstream

acm, apis, cloudfront = (upstream.service(name) for name in ("acm", "apigateway", "cloudfront"))
CREATES_DISTRIBUTION = "cloudfront:CreateDistribution"
# CloudFront has no id yet for what is to be made.
OF_CLOUDFRONT = re.compile(r"/[\d-]+/(distribution|origin-access-control|response-headers-policy)(?:/([^/]+))?(?:/.*)?")


@upstream.wrap(upstream.iam_actions, "extract_iam_action")
def _known_to_iam(inner, service, method, path, *rest):
    action = inner(service, method, path, *rest)
    return CREATES_DISTRIBUTION if action == f"{CREATES_DISTRIBUTION}WithTags" else action


@upstream.wrap(upstream.iam_actions, "extract_resource_arn")
def _as_aws_does(inner, service, method, path, headers, body, query_params, region, account_id):
    request = upstream.Request(headers, body, query_params, region, account_id, method, path)
    guessed = inner(service, method, path, headers, body, query_params, region, account_id)
    return (RESOURCES[service](request) if service in RESOURCES else None) or guessed


def of_cloudfront(request):
    if request.path.rstrip("/").endswith("/tagging"):
        return request.param("Resource")
    found = OF_CLOUDFRONT.fullmatch(request.path.rstrip("/"))
    # Lists have no resource.
    if found is None or (found[2] is None and request.method == "GET"):
        return None
    return f"arn:aws:cloudfront::{request.account}:{found[1]}/{found[2] or '*'}"


def of_lambda(request):
    if not re.fullmatch(r"POST /[\d-]+/functions/?", f"{request.method} {request.path}"):
        return None
    return f"arn:aws:lambda:{request.region}:{request.account}:function:{request.data.get('FunctionName', '')}"


def of_route53(request):
    found = re.fullmatch(r"/[\d-]+/change/([^/]+)/?", request.path)
    return f"arn:aws:route53:::change/{found[1]}" if found else None


RESOURCES = {"cloudfront": of_cloudfront, "lambda": of_lambda, "route53": of_route53}


@iam_checks.add("cloudfront")
def _tags_of_a_new_distribution(request):
    """Whoever makes one with tags needs the right to tag it."""
    if "WithTags" not in request.params:
        return []
    return [("cloudfront:TagResource", f"arn:aws:cloudfront::{request.account}:distribution/*", {})]


@upstream.wrap(upstream.iam_actions, "request_tag_context")
def _with_keys(inner, service, iam_action, body, params):
    keys = KEYS[iam_action](body, params) if iam_action in KEYS else {}
    return {**inner(service, iam_action, body, params), **{key: value for key, value in keys.items() if value}}


def of_a_certificate(body, params):
    asked = upstream.Request({}, body, params, "", "").data
    return {"acm:domainnames": [asked.get("DomainName"), *(asked.get("SubjectAlternativeNames") or [])]}


def of_a_permission(body, params):
    return {"lambda:principal": upstream.Request({}, body, params, "", "").data.get("Principal")}


def of_records(body, _params):
    """Names in lower case, without the dot at the end and with a star as its code, as Route 53 hands them to IAM."""
    changes = [each for each in ElementTree.fromstring(body).iter() if each.tag.endswith("}Change")]

    def values(field):
        return [found.text or "" for change in changes for found in change.iter() if found.tag.endswith(f"}}{field}")]

    prefix = "route53:changeresourcerecordsets"
    names = [name.lower().rstrip(".").replace("*", "\\052") for name in values("Name")]
    return {f"{prefix}normalizedrecordnames": names, f"{prefix}actions": values("Action"), f"{prefix}recordtypes": values("Type")}


KEYS = {
    "acm:RequestCertificate": of_a_certificate,
    "lambda:AddPermission": of_a_permission,
    "route53:ChangeResourceRecordSets": of_records,
}


@upstream.wrap("tagging", "resource_tags")
def _known(inner, arn):
    _, _, service, where, *_ = [*arn.split(":"), *[""] * 4]
    if service == "acm":
        certificate = acm._certificates.get_scoped(upstream.account_id(), where, arn) or {}
        return pairs(certificate.get("Tags"))
    if service == "cloudfront":
        return pairs(cloudfront._tags.get(arn))
    if service == "apigateway":
        return of_an_api(arn)
    return inner(arn)


def pairs(tags):
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def of_an_api(arn):
    """The tags of an API are those of what is in it, too, and count for whoever changes them."""
    tagged = re.fullmatch(r"arn:aws:apigateway:[^:]+::/tags/(.+)", arn)
    kept = re.match(r"arn:aws:apigateway:[^:]+::/(?:apis|domainnames)/[^/]+", unquote(tagged[1]) if tagged else arn)
    return dict(apis._tag_store(kept[0]).get(kept[0]) or {}) if kept else {}
