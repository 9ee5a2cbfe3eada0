"""DNS over HTTPS (RFC 8484): GET and POST /dns-query. Browsers and curl resolve through it without a change to this host."""
import base64
import binascii
from urllib.parse import parse_qs

import dns.message

from . import resolver

PATH, TYPE = "/dns-query", "application/dns-message"


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    if scope["type"] == "http":
        status, fields, body = respond(*await _request(scope, receive))
        lines = [(name.encode(), value.encode()) for name, value in {**fields, "content-length": str(len(body))}.items()]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _request(scope, receive):
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > resolver.LARGEST:
            break
    kind = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type"), "")
    return scope["method"], scope["path"], scope["query_string"].decode("latin-1"), kind, body


def respond(method, path, query, kind, body):
    """(status, headers, body)"""
    if path != PATH:
        return _said(404, f"DNS over HTTPS is at {PATH}")
    if method == "POST":
        if kind.split(";")[0].strip().lower() != TYPE:
            return _said(415, f"content-type ({kind}) must be {TYPE}")
        if len(body) > resolver.LARGEST:
            return _said(413, f"a DNS message must have at most {resolver.LARGEST} bytes")
    elif method in ("GET", "HEAD"):
        try:
            (given,) = parse_qs(query, strict_parsing=True)["dns"]
            body = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        except (KeyError, ValueError, binascii.Error):
            return _said(400, "dns must be a DNS message in base64url without padding")
    else:
        return 405, {"allow": "GET, HEAD, POST"}, b""
    wire = resolver.answer(body)
    if wire is None:
        return _said(400, "the message must be a DNS question")
    return 200, {"content-type": TYPE, "cache-control": f"max-age={_lifetime(wire)}"}, wire


def _lifetime(wire):
    message = dns.message.from_wire(wire)
    return min((each.ttl for each in (*message.answer, *message.authority)), default=0)


def _said(status, sentence):
    return status, {"content-type": "text/plain; charset=utf-8"}, f"{sentence}\n".encode()
