"""A request as it reaches a front (a load balancer, a distribution, an API's domain), read from the server's messages, and its answer."""
import dataclasses
from email.utils import formatdate
from urllib.parse import parse_qs

from .. import upstream

# What belongs to one connection only, which the server decides itself.
OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"})
WITHOUT_BODY = (204, 304)


@dataclasses.dataclass(frozen=True)
class Request:
    """`path` is decoded, `raw_path` and `query` are as the client wrote them, names of headers are lower case, `port` is the front's own.
    `outside` has the ports that the client knows by another number: where low ports may not be opened, and behind the door."""

    method: str
    path: str
    raw_path: str
    query: str
    headers: dict
    body: bytes
    client: str
    secure: bool
    port: int
    outside: dict = dataclasses.field(default_factory=dict)

    @property
    def host(self):
        """The asked name in lower case, without a port."""
        return name_of(self.headers.get("host", ""))

    @property
    def params(self):
        return parse_qs(self.query, keep_blank_values=True)

    def authority(self, port):
        """The asked name with the port at which this client reaches the front's `port`; without one where the scheme's own is meant."""
        seen = self.outside.get(port, port)
        return self.host if seen in (80, 443) and seen == port else f"{self.host}:{seen}"


def name_of(host):
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


async def read(scope, receive, port, outside):
    """The request of an ASGI scope, once its body is here; None when the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = _headers(scope["headers"])
    host = headers.get("host", "")
    return Request(
        method=scope["method"],
        path=scope["path"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=bytes(body),
        client=(scope.get("client") or ("127.0.0.1",))[0],
        secure=scope["scheme"] == "https",
        port=port,
        # Who names no port was led here by other means, and knows the front's own.
        outside={} if host.lower() == name_of(host) else outside,
    )


def _headers(lines):
    """Lines of one name become one value (RFC 9110, 5.2); those of Cookie as HTTP/2 splits them (RFC 9113, 8.2.3)."""
    found = {}
    for line in lines:
        name, value = line[0].decode("latin-1").lower(), _text(line[1])
        found[name] = f"{found[name]}{'; ' if name == 'cookie' else ', '}{value}" if name in found else value
    return found


def _text(value):
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def answer(send, receive, method, response):
    """Sends (status, headers, body): a value of a header may be a list, the body bytes, text or a StreamingResponse."""
    status, fields, content = response
    lines = [
        (name.lower().encode("latin-1"), str(value).encode("utf-8"))
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
        if name.lower() not in OF_THE_CONNECTION
    ]
    names = {name for name, _value in lines}
    if b"date" not in names:
        lines.append((b"date", formatdate(usegmt=True).encode()))
    streamed = isinstance(content, upstream.StreamingResponse)
    if not streamed:
        content = content.encode() if isinstance(content, str) else content or b""
        if method != "HEAD" and status not in WITHOUT_BODY:
            lines = [line for line in lines if line[0] != b"content-length"] + [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    if streamed:
        return await content.runner(send, receive)
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})
