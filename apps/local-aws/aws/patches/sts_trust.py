"""A trust policy that names the caller is not enough to assume a role: an Allow of the caller's own is required as well (ministack 1.5.33).
On AWS, within one account, either is enough unless a Deny applies."""
import json

from .. import upstream

iam = upstream.service("iam")


@upstream.wrap(upstream.iam_evaluator, "_resource_policy")
def _trust_is_one(inner, service, resource_arn):
    if service != "sts":
        return inner(service, resource_arn)
    account, _, name = resource_arn.partition(":role/")
    role = iam._roles.get(name.rsplit("/", 1)[-1]) if name else None
    # A role of another account needs an Allow on both sides; upstream checks the trust when it makes the session.
    if role is None or role["Arn"] != resource_arn or account != f"arn:aws:iam::{upstream.account_id()}":
        return None
    return with_resource(role["AssumeRolePolicyDocument"]), upstream.account_id()


def with_resource(trust):
    """Adds a resource, because a trust policy has none and applies to its role."""
    document = json.loads(trust) if isinstance(trust, str) else trust
    statements = document.get("Statement", [])
    several = [statements] if isinstance(statements, dict) else statements
    return {**document, "Statement": [{**each, "Resource": "*"} for each in several]}
