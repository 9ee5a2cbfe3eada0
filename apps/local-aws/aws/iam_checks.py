"""A request is evaluated for one action on one resource; AWS evaluates some for more: each thing of a list, each role that is given
away. What is registered here is evaluated after the first, and a refusal names what was refused (ministack 1.5.33)."""
import contextvars

from . import upstream

_sources = {}
_pending = contextvars.ContextVar("slipway_further_checks", default=())
_refused = contextvars.ContextVar("slipway_refused_check", default=None)


def of(service):
    """fn(request) -> [(IAM action, resource ARN, condition keys), …] for each request to this service."""

    def decorate(fn):
        _sources.setdefault(service, []).append(fn)
        return fn

    return decorate


@upstream.wrap(upstream.iam_actions, "extract_resource_arn")
def _collect(inner, service, method, path, headers, body, query_params, region, account_id):
    request = upstream.Request(headers, body, query_params, region, account_id)
    _pending.set(tuple(check for source in _sources.get(service, ()) for check in source(request)))
    _refused.set(None)
    return inner(service, method, path, headers, body, query_params, region, account_id)


@upstream.wrap(upstream.iam_evaluator, "enforce")
def _enforce(inner, access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    denied = inner(access_key_id, iam_action, service, region, resource_arn, service_context)
    pending = _pending.get()
    _pending.set(())
    for action, resource, keys in () if denied is not None else pending:
        refused = inner(access_key_id, action, action.split(":", 1)[0], region, resource, {**(service_context or {}), **keys})
        if refused is not None:
            _refused.set((action, resource))
            return refused
    return denied


@upstream.wrap(upstream.iam_actions, "access_denied_response")
def _name_it(inner, service, action, principal_arn, request_id, **details):
    refused = _refused.get()
    _refused.set(None)
    if refused is None:
        return inner(service, action, principal_arn, request_id, **details)
    message = upstream.iam_actions.identity_denial_message(refused[0], principal_arn, refused[1], details.get("explicit_deny", False))
    return inner(service, refused[0], principal_arn, request_id, **{**details, "resource_arn": refused[1], "message": message})
