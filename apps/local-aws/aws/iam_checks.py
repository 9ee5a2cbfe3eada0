"""Further IAM evaluations of one request: each resource of a list, and iam:PassRole for each role that is passed.

Upstream (ministack 1.5.33) evaluates one action on one resource. The error names the check that was denied."""
import contextvars

from . import evaluated, upstream  # noqa: F401  (notes each evaluation, so it is wrapped first)

_sources = {}
_pending = contextvars.ContextVar("slipway_iam_checks", default=())
_denied = contextvars.ContextVar("slipway_denied_check", default=None)


def add(service):
    """fn(request) -> [(IAM action, resource ARN, condition keys), …] for each request to this service."""

    def decorate(fn):
        _sources.setdefault(service, []).append(fn)
        return fn

    return decorate


@upstream.wrap(upstream.iam_actions, "extract_resource_arn")
def _collect(inner, service, method, path, headers, body, query_params, region, account_id):
    request = upstream.Request(headers, body, query_params, region, account_id, method, path)
    _pending.set(tuple(check for source in _sources.get(service, ()) for check in source(request)))
    _denied.set(None)
    return inner(service, method, path, headers, body, query_params, region, account_id)


@upstream.wrap(upstream.iam_evaluator, "enforce")
def _enforce(inner, access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    denied = inner(access_key_id, iam_action, service, region, resource_arn, service_context)
    pending = _pending.get()
    _pending.set(())
    for action, resource, keys in () if denied is not None else pending:
        also_denied = inner(access_key_id, action, action.split(":", 1)[0], region, resource, {**(service_context or {}), **keys})
        if also_denied is not None:
            _denied.set((action, resource))
            return also_denied
    return denied


@upstream.wrap(upstream.iam_actions, "access_denied_response")
def _name_denied_check(inner, service, action, principal_arn, request_id, **details):
    check = _denied.get()
    _denied.set(None)
    if check is None:
        return inner(service, action, principal_arn, request_id, **details)
    message = upstream.iam_actions.identity_denial_message(check[0], principal_arn, check[1], details.get("explicit_deny", False))
    return inner(service, check[0], principal_arn, request_id, **{**details, "resource_arn": check[1], "message": message})
