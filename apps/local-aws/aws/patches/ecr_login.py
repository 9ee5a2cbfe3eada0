"""The registry accepts any push, unsigned requests always mean the default account, and the login endpoint is a host of real AWS
(ministack 1.5.33). Here a token carries account and region, `/v2/` requires one, and the endpoint is the gateway."""
import base64
import binascii
import json
import os
import time

from .. import upstream

USER, PREFIX = "AWS", "slipway."
HOURS = 12


def endpoint():
    """Docker trusts 127.0.0.0/8 without TLS, so no engine has to be configured."""
    return f"127.0.0.1:{os.environ['GATEWAY_PORT']}"


def password(account, region, key=""):
    """`key` is the access key of the caller; without one, the caller is the account itself."""
    scope = json.dumps({"account": account, "region": region, "key": key}).encode()
    return PREFIX + base64.urlsafe_b64encode(scope).decode()


def header(account, region):
    """The Authorization header of the account itself."""
    return "Basic " + base64.b64encode(f"{USER}:{password(account, region)}".encode()).decode()


def bearer_of(header):
    """(account, region, access key) of a Basic header with a token from here, else None."""
    try:
        kind, _, value = header.partition(" ")
        user, _, given = base64.b64decode(value, validate=True).decode().partition(":")
        if kind.lower() != "basic" or user != USER or not given.startswith(PREFIX):
            return None
        scope = json.loads(base64.urlsafe_b64decode(given.removeprefix(PREFIX)))
        return scope["account"], scope["region"], scope["key"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


@upstream.replace("ecr", "_get_authorization_token")
def _token(_data):
    token = base64.b64encode(f"{USER}:{password(upstream.account_id(), upstream.region(), upstream.caller_key())}".encode()).decode()
    return upstream.reply(
        {
            "authorizationData": [
                {
                    "authorizationToken": token,
                    "expiresAt": int(time.time()) + HOURS * 3600,
                    "proxyEndpoint": f"http://{endpoint()}",
                }
            ]
        }
    )


@upstream.wrap("ecr", "handle_registry_request")
async def _authenticated(inner, method, path, headers, body, query_params):
    bearer = bearer_of(headers.get("authorization", ""))
    if bearer is None:
        status, head, text = upstream.service("ecr")._registry_error(
            401, "UNAUTHORIZED", "no basic auth credentials: log in with the token of GetAuthorizationToken"
        )
        return status, {**head, "WWW-Authenticate": f'Basic realm="http://{endpoint()}/",service="ecr.amazonaws.com"'}, text
    upstream.set_scope(*bearer[:2])
    return await inner(method, path, headers, body, query_params)


@upstream.replace("ecr", "_select_registry_request_scope")
def _scope_is_the_tokens(_name, _headers, _query_params):
    """The token decides the scope. Upstream guesses it from host and repository name."""
