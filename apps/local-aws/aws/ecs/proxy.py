"""The load balancer's data plane: round robin over healthy targets, with another target when a connection cannot be opened.

Upstream (1.5.33) picks any registered target, answers 502 while it starts, and uses a thread per request."""
import asyncio
import contextlib
from email.utils import formatdate
from urllib.parse import urlencode

import h11

from .. import timing, upstream
from . import targets

alb = upstream.service("alb")
IN_MEMORY = 1 << 20
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"})


class NotConnected(Exception):
    """Nothing was sent, so another target may get the request."""


def page(status, title):
    html = f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n"
    return status, {"Content-Type": "text/html"}, f"{html}</body>\r\n</html>\r\n".encode()


class Exchange:
    """One request to one target. It has a connection of its own, because a stopping target closes kept connections."""

    def __init__(self, target, idle):
        self.target, self.idle = target, idle
        self.state = h11.Connection(our_role=h11.CLIENT)
        self.reader = self.writer = None

    async def send(self, method, path, headers, body):
        try:
            opening = asyncio.open_connection(*self.target.endpoint)
            self.reader, self.writer = await asyncio.wait_for(opening, timing.CONNECT)
        except (OSError, asyncio.TimeoutError) as error:
            raise NotConnected(str(error)) from error
        fields = [(k, v) for k, v in headers.items() if k.lower() not in HOP_BY_HOP and k.lower() != "content-length"]
        fields.append(("connection", "close"))
        if body or method in ("POST", "PUT", "PATCH"):
            fields.append(("content-length", str(len(body))))
        request = h11.Request(method=method, target=path, headers=[(k, v.encode("utf-8")) for k, v in fields])
        self.writer.write(self.state.send(request))
        if body:
            self.writer.write(self.state.send(h11.Data(data=body)))
        self.writer.write(self.state.send(h11.EndOfMessage()))
        await self.writer.drain()

    async def event(self):
        while (event := self.state.next_event()) is h11.NEED_DATA:
            self.state.receive_data(await asyncio.wait_for(self.reader.read(65536), self.idle))
        return event

    async def head(self):
        while not isinstance(event := await self.event(), h11.Response):
            if isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("closed before an answer")
        return event

    async def chunks(self):
        while not isinstance(event := await self.event(), (h11.EndOfMessage, h11.ConnectionClosed)):
            yield bytes(event.data)

    def close(self):
        if self.writer:
            self.writer.close()


def _headers(response):
    out = {}
    for name, value in response.headers:
        if (key := name.decode("latin-1")) not in HOP_BY_HOP:
            out.setdefault(key, []).append(value.decode("latin-1"))
    return {k: v[0] if len(v) == 1 else v for k, v in out.items()} | {"date": formatdate(usegmt=True)}


async def request_target(target, idle, method, path, headers, body):
    """The target's response. A long body is streamed, and counts as in flight until its end."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(target.request())
        exchange = Exchange(target, idle)
        stack.callback(exchange.close)
        await exchange.send(method, path, headers, body)
        response = await exchange.head()
        fields = _headers(response)
        length = fields.get("content-length")
        if method == "HEAD" or (length is not None and int(length) <= IN_MEMORY):
            content = b"".join([chunk async for chunk in exchange.chunks()])
            return response.status_code, fields, content
        rest = stack.pop_all()
    return response.status_code, fields, upstream.StreamingResponse(lambda send, _receive: _stream(exchange, rest, send))


async def _stream(exchange, rest, send):
    with rest:
        async for chunk in exchange.chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def forward(group, method, path, headers, body):
    refused, body = [], bytes(body or b"")
    while target := targets.pick(group, refused):
        try:
            return await request_target(target, 60, method.upper(), path, headers, body)
        except NotConnected:
            refused.append(target)
        except asyncio.TimeoutError:
            return page(504, "Gateway Time-out")
        except (OSError, h11.ProtocolError):
            return page(502, "Bad Gateway")
    return page(502, "Bad Gateway") if refused else page(503, "Service Temporarily Unavailable")


@upstream.wrap(alb, "_forward_to_tg")
async def _forward(inner, arn, method, path, headers, body, query_params, raw_query_string=None, raw_path=None):
    group = alb._tgs.get(arn)
    if not group or group.get("TargetType", "instance") == "lambda":
        return await inner(arn, method, path, headers, body, query_params, raw_query_string, raw_path)
    query = urlencode(query_params or {}, doseq=True) if raw_query_string is None else raw_query_string
    return await forward(arn, method, (raw_path or path) + (f"?{query}" if query else ""), headers, body)
