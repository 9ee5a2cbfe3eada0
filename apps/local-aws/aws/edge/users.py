"""Which resources serve a certificate. Upstream (1.5.33) answers an empty `InUseBy` and deletes certificates that are in use, so that a
destroy in the wrong order passes."""
from .. import upstream
from . import listeners

acm, alb = upstream.service("acm"), upstream.service("alb")
_sources = []


def source(fn):
    """fn() -> (ARN of a certificate, ARN of what serves it), of every account and region."""
    _sources.append(fn)
    return fn


def of(arn):
    return sorted({user for each in _sources for certificate, user in each() if certificate == arn})


@source
def _listeners():
    for _key, listener in alb._listeners.all_items():
        for arn in listeners.served(listener):
            yield arn, listener["LoadBalancerArn"]


@upstream.wrap(acm, "_signing_profiles_using")
def _all_users(inner, arn):
    """What upstream shows as `InUseBy`, and what keeps it from deleting."""
    return [*of(arn), *inner(arn)]
