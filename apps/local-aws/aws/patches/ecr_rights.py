"""A registry token allows push and pull for every repository of the account (ministack 1.5.33).

Here each request of docker is evaluated with AUTH as the API call that AWS evaluates, for the caller who got the token."""
from .. import upstream
from . import ecr_login

ecr = upstream.service("ecr")

ACTIONS = {
    ("blob_uploads", "POST"): "InitiateLayerUpload",
    ("blob_upload_session", "PATCH"): "UploadLayerPart",
    ("blob_upload_session", "PUT"): "CompleteLayerUpload",
    ("blob_upload_session", "GET"): "UploadLayerPart",
    ("blob_upload_session", "DELETE"): "UploadLayerPart",
    ("blob", "HEAD"): "BatchCheckLayerAvailability",
    ("blob", "GET"): "GetDownloadUrlForLayer",
    ("blob", "DELETE"): "BatchDeleteImage",
    ("manifest", "PUT"): "PutImage",
    ("manifest", "GET"): "BatchGetImage",
    ("manifest", "HEAD"): "BatchGetImage",
    ("manifest", "DELETE"): "BatchDeleteImage",
    ("tags_list", "GET"): "ListImages",
    ("catalog", "GET"): "DescribeRepositories",
}


def denial(method, path, bearer):
    """The answer to docker when the token's owner may not do this, else None."""
    verb, name, _reference = ecr._parse_v2_path(path) or ("", "", "")
    action = ACTIONS.get((verb, method.upper()))
    account, region, key = bearer
    if action is None or not key:
        return None
    arn = f"arn:aws:ecr:{region}:{account}:repository/{name}"
    with upstream.request_scope(account, region):
        denied = upstream.iam_evaluator.enforce(key, f"ecr:{action}", "ecr", region, arn)
    if denied is None:
        return None
    if isinstance(denied, upstream.iam_evaluator.AuthError):
        return ecr._registry_error(401, "UNAUTHORIZED", denied.message)
    explicit = denied.decision == "Deny"
    text = upstream.iam_actions.identity_denial_message(f"ecr:{action}", denied.principal_arn, arn, explicit)
    return ecr._registry_error(403, "DENIED", text)


@upstream.wrap(ecr, "handle_registry_request")
async def _evaluated(inner, method, path, headers, body, query_params):
    bearer = ecr_login.bearer_of(headers.get("authorization", "")) if upstream.gateway.AUTH else None
    return (bearer and denial(method, path, bearer)) or await inner(method, path, headers, body, query_params)
