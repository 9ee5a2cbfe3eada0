"""A load balancer answers at its own address. What the listeners' own functions do not know (upstream 1.5.33): that clients may reach a
port by another number, in redirects and in the Host that targets get; and headers whose names are invalid."""
import contextvars
import re

from .. import upstream
from . import fronts

alb = fronts.alb
DROPS_INVALID = "routing.http.drop_invalid_header_fields.enabled"
VALID = re.compile(r"[A-Za-z0-9-]+")
# The request that came to a load balancer's own address; None for those on the gateway's port.
_asked = contextvars.ContextVar("asked", default=None)


@fronts.serves("lb")
async def serve(front, request):
    """(status, headers, body) of the listener at the request's port."""
    _asked.set(request)
    headers, params = request.headers, request.params
    if alb._lb_attr(front.id, DROPS_INVALID, "false") == "true":
        headers = {name: value for name, value in headers.items() if VALID.fullmatch(name)}
    asked = (front.record, request.method, request.path, headers, request.body, params, request.port)
    more = {"client_ip": request.client, "raw_query_string": request.query, "raw_path": request.raw_path}
    return await alb.dispatch_request(*asked, **more)


@upstream.wrap(alb, "_execute_action")
async def _to_the_port_that_clients_know(inner, action, method, path, headers, *rest):
    asked = _asked.get()
    if asked is not None and asked.outside and action.get("Type", "").lower() == "redirect":
        config = action.get("RedirectConfig", {})
        port = config.get("Port", "#{port}").replace("#{port}", headers.get("x-forwarded-port", ""))
        seen = asked.outside.get(int(port), port) if port.isdigit() else port
        action = {**action, "RedirectConfig": {**config, "Port": str(seen)}}
    return await inner(action, method, path, headers, *rest)


@upstream.wrap(alb, "_target_host_header")
def _with_the_port_that_clients_know(inner, host, port):
    """So that an app's own redirects and its check of `Origin` fit what the browser shows."""
    asked = _asked.get()
    known = asked is not None and int(port) in asked.outside
    return asked.authority(int(port)) if known else inner(host, port)
