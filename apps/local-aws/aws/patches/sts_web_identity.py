"""AssumeRoleWithWebIdentity verifies no token, provider or session length, drops the session policy, and does not set
`aws:FederatedProvider` (ministack 1.5.33).

Here the provider's issuer must have signed the token for the provider's audience, and the role's trust policy must allow it, with and
without AUTH. Issuers are not called over the network: SLIPWAY_ISSUER names a file {"issuer": "https://…", "keys": [JWK, …]}."""
import contextlib
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qs

from .. import upstream

sts, iam = upstream.service("sts"), upstream.service("iam")
ACTION = "AssumeRoleWithWebIdentity"
SHORTEST_SECONDS = 900


class Rejected(Exception):
    """(status, code, message) of STS's error."""


def parameters(headers, body, query_params):
    params = {name: values[0] for name, values in query_params.items() if values}
    text = body.decode("utf-8", "replace") if body else ""
    if "amz-json" in headers.get("content-type", ""):
        params["Action"] = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        with contextlib.suppress(ValueError):
            params.update(json.loads(text))
    else:
        params.update({name: values[0] for name, values in parse_qs(text).items()})
    return params


def issuer_keys(issuer):
    path = os.environ.get("SLIPWAY_ISSUER", "")
    try:
        found = json.loads(Path(path).read_text()) if path else {}
    except (OSError, ValueError):
        found = {}
    if found.get("issuer") != issuer:
        raise Rejected(
            400,
            "InvalidIdentityToken",
            f"Couldn't retrieve verification key from your identity provider {issuer}: SLIPWAY_ISSUER ({path or 'not set'}) has none",
        )
    return found


def provider_of(account, issuer):
    arn = f"arn:aws:iam::{account}:oidc-provider/{issuer.removeprefix('https://')}"
    found = iam._oidc_providers.get_scoped(account, None, arn)
    if found is None:
        raise Rejected(400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}")
    return arn, found


def verified(token, account):
    """The ARN of the provider whose issuer signed the token, and its claims."""
    import jwt  # 20 MB with its cryptography, which most runs do not need

    try:
        header = jwt.get_unverified_header(token)
        issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss", ""))
    except jwt.PyJWTError:
        raise Rejected(400, "InvalidIdentityToken", "The ID Token provided is not a valid JWT") from None
    arn, provider = provider_of(account, issuer)
    keys = [key for key in jwt.PyJWKSet.from_dict(issuer_keys(issuer)).keys if key.key_id == header.get("kid")]
    if not keys:
        raise Rejected(400, "InvalidIdentityToken", f"The issuer has no key {header.get('kid')} that the token is signed with")
    required = {"require": ["exp", "iat", "iss", "aud", "sub"]}
    try:
        claims = jwt.decode(token, keys[0], algorithms=["RS256"], audience=provider["ClientIDList"], options=required)
    except jwt.ExpiredSignatureError:
        raise Rejected(400, "ExpiredTokenException", "Token expired: current date/time must be before the expiration date/time") from None
    except jwt.InvalidAudienceError:
        raise Rejected(400, "InvalidIdentityToken", "Incorrect token audience") from None
    except jwt.PyJWTError as error:
        raise Rejected(400, "InvalidIdentityToken", f"The web identity token could not be verified: {error}") from None
    return arn, claims


def trusted_role(params, account):
    role = iam._roles.get_scoped(account, None, params["RoleArn"].rsplit("/", 1)[-1])
    denied = role is None or role["Arn"] != params["RoleArn"]
    if denied or sts._web_identity_trust_denied(params["RoleArn"], params, False):
        raise Rejected(403, "AccessDenied", f"Not authorized to perform sts:{ACTION}")
    return role


def check_duration(params, role):
    seconds = int(params.get("DurationSeconds") or 3600)
    if seconds < SHORTEST_SECONDS:
        raise Rejected(400, "ValidationError", f"DurationSeconds ({seconds}) must be at least {SHORTEST_SECONDS}")
    if seconds > role["MaxSessionDuration"]:
        raise Rejected(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")


def with_facts(answer, arn, claims):
    """Replaces the constants that upstream answers by the token's claims."""
    audience = claims["aud"] if isinstance(claims["aud"], str) else claims["aud"][0]
    facts = {"SubjectFromWebIdentityToken": claims["sub"], "Audience": audience, "Provider": arn}
    status, headers, body = answer
    if "json" in headers.get("Content-Type", ""):
        return status, headers, json.dumps({**json.loads(body), **facts}).encode()

    def add(_result, item, q):
        for tag, text in facts.items():
            upstream.set_child(item, q, tag, text)

    return upstream.edit_items(answer, f"{ACTION}Result", add)


@upstream.wrap(sts, "handle_request")
async def _verifying(inner, method, path, headers, body, query_params):
    params = parameters(headers, body, query_params)
    account = re.match(r"arn:aws:iam::(\d{12}):role/.", str(params.get("RoleArn", "")))
    if params.get("Action") != ACTION or account is None:
        return await inner(method, path, headers, body, query_params)
    try:
        arn, claims = verified(str(params.get("WebIdentityToken", "")), account[1])
        check_duration(params, trusted_role(params, account[1]))
        policies, error = sts._session_policies(params, account[1])
        if error:
            return error
    except Rejected as rejected:
        status, code, message = rejected.args
        return sts._error(status, code, message, ns="sts")
    before = set(sts._sessions)
    answer = await inner(method, path, headers, body, query_params)
    for key in set(sts._sessions) - before:
        sts._sessions[key].update({"FederatedProvider": arn, **({"SessionPolicies": policies} if any(policies.values()) else {})})
    return with_facts(answer, arn, claims) if answer[0] == 200 else answer


@upstream.wrap(upstream.iam_evaluator, "_principal_keys")
def _with_provider(inner, credential):
    provider = (sts._sessions.get(credential.access_key_id) or {}).get("FederatedProvider")
    return {**inner(credential), **({"aws:federatedprovider": provider} if provider else {})}
