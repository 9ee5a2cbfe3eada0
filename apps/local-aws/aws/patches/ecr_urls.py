"""A layer's download URL leads to a host of real AWS, for layers that do not exist too, and `registryId` is ignored (ministack 1.5.33).

Here it leads to the gateway and is signed for one layer and one hour, as AWS's is: whoever has it needs no login. Loaded after the
patches of the registry, which ask for one."""
import hashlib
import hmac
import secrets
import time

from .. import upstream
from . import ecr_blobs, ecr_login

ecr = upstream.service("ecr")

SECONDS = 3600
_secret = secrets.token_bytes(32)


def _signature(account, region, path, until):
    text = "\n".join((account, region, path, str(until)))
    return hmac.new(_secret, text.encode(), hashlib.sha256).hexdigest()


@upstream.replace(ecr, "_get_download_url_for_layer")
def _url(data):
    name, digest = data.get("repositoryName", ""), data.get("layerDigest", "")
    account, region = data.get("registryId") or upstream.account_id(), upstream.region()
    with upstream.request_scope(account, region):
        if name not in ecr._repositories:
            text = f"The repository with name '{name}' does not exist in the registry with id '{account}'"
            return upstream.error_reply("RepositoryNotFoundException", text, 400)
        if digest not in ecr._layer_blobs.get(name, {}) or not ecr_blobs.path(digest).exists():
            text = f"The layer with digest '{digest}' does not exist within the repository with name '{name}'"
            return upstream.error_reply("LayersNotFoundException", text, 400)
    path, until = f"/v2/{name}/blobs/{digest}", int(time.time()) + SECONDS
    signed = f"account={account}&region={region}&until={until}&signature={_signature(account, region, path, until)}"
    return upstream.reply({"downloadUrl": f"http://{ecr_login.endpoint()}{path}?{signed}", "layerDigest": digest})


def _first(query, key):
    value = query.get(key) or ""
    return value[0] if isinstance(value, list) else value


@upstream.wrap(ecr, "handle_registry_request")
async def _signed(inner, method, path, headers, body, query_params):
    account, region, until, given = (_first(query_params, key) for key in ("account", "region", "until", "signature"))
    if method != "GET" or not given:
        return await inner(method, path, headers, body, query_params)
    genuine = hmac.compare_digest(given, _signature(account, region, path, until))
    if not genuine or time.time() > int(until):
        return ecr._registry_error(403, "DENIED", "the address of this layer is wrong or has expired")
    login = ecr_login.header(account, region)
    return await inner(method, path, {**headers, "authorization": login}, body, {})
