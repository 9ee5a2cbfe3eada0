"""Trust that names the caller is not enough to take a role: an Allow of the caller's own is asked for as well, so nothing shows who could
make a role for themselves and take it (ministack 1.5.33). On AWS, within one account, either is enough unless something refuses."""
import json

from .. import upstream

iam = upstream.service("iam")


@upstream.wrap(upstream.iam_evaluator, "_resource_policy")
def _trust_is_one(inner, service, resource_arn):
    if service != "sts":
        return inner(service, resource_arn)
    account, _, name = resource_arn.partition(":role/")
    role = iam._roles.get(name.rsplit("/", 1)[-1]) if name else None
    # A role of another account takes an Allow on both sides, and the trust is looked at when the session is made.
    if role is None or role["Arn"] != resource_arn or account != f"arn:aws:iam::{upstream.account_id()}":
        return None
    return with_resource(role["AssumeRolePolicyDocument"]), upstream.account_id()


def with_resource(trust):
    """Trust names no resource: it is about the role it belongs to."""
    document = json.loads(trust) if isinstance(trust, str) else trust
    statements = document.get("Statement", [])
    several = [statements] if isinstance(statements, dict) else statements
    return {**document, "Statement": [{**each, "Resource": "*"} for each in several]}
