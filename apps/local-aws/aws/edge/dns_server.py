"""The sockets of the resolver: UDP and TCP, and HTTPS beside them, in a thread of its own, because ACM's question must be answered while
the gateway is busy. They are opened with the first public hosted zone; without one nothing of it is imported."""
import asyncio
import logging
import socket
import threading

from .. import upstream
from . import places, registrar, servers, zones

log = logging.getLogger("slipway.edge")
DNS, HTTPS = 53, 443
IDLE_SECONDS = 10

_lock = threading.Lock()
_state = {"started": False, "endpoint": None, "https": None}


def endpoint():
    """(address, port) of UDP and TCP once they are open, or None."""
    return _state["endpoint"]


def describe():
    """What a client needs to know, for /_slipway/dns."""
    at, secure = _state["endpoint"], _state["https"]
    root = places.folder() / "authority" / "root.pem"
    return {
        "resolver": f"{at[0]}:{at[1]}" if at else None,
        "https": f"https://{secure[0]}{'' if secure[1] == HTTPS else f':{secure[1]}'}/dns-query" if secure else None,
        "registrar": str(registrar.file()),
        "authority": str(root) if root.exists() else None,
        **servers.facts(),
    }


def install():
    """Nothing is opened before the start, so that probes and tests open nothing."""
    upstream.on_start(_open_with_zones)
    upstream.on_start(lambda: zones.on_made(_open_with_zones))


def _open_with_zones():
    if next(zones.public(), None) is not None:
        start()


def start():
    with _lock:
        if not _state["started"]:
            _state["started"] = True
            threading.Thread(target=_run, daemon=True, name="slipway-dns").start()


def _run():
    try:
        asyncio.run(serve())
    except Exception:
        log.exception("the resolver ended")


async def serve(found=None, opened=None, stop=None):
    """Serves until `stop` is set. found: (UDP, TCP, HTTPS sockets)."""
    # Loaded here, because dnspython and cryptography are for those who have a zone.
    from hypercorn.asyncio import serve as serve_http

    from . import dns_over_https, tls

    udp, tcp, https = found or sockets()
    loop, stop = asyncio.get_running_loop(), stop or asyncio.Event()
    transport, _ = await loop.create_datagram_endpoint(_udp_protocol(), sock=udp)
    server = await asyncio.start_server(_answer_stream, sock=tcp)
    _state.update(endpoint=udp.getsockname()[:2], https=https.getsockname()[:2])
    log.info("DNS is served at %s", describe())
    names = [https.getsockname()[0], "localhost"]
    config = tls.Config(lambda _name: tls.own_context(names))
    config.bind = [f"fd://{https.detach()}"]
    if opened is not None:
        opened.set()
    try:
        await serve_http(dns_over_https.app, config, shutdown_trigger=stop.wait)
    finally:
        transport.close()
        server.close()


def sockets():
    """UDP, TCP and HTTPS of the first address whose ports may be opened."""
    failures = []
    for address, (plain, secure) in places.candidates(DNS, HTTPS):
        opened = []
        try:
            opened.append(_bound(socket.SOCK_DGRAM, address, plain))
            opened.append(_bound(socket.SOCK_STREAM, address, opened[0].getsockname()[1]))
            opened.append(_bound(socket.SOCK_STREAM, address, secure))
            return opened
        except OSError as error:
            failures.append(f"{address}:{plain}: {error}")
            for each in opened:
                each.close()
    raise OSError(f"no address for the resolver: {'; '.join(failures)}")


def _bound(kind, address, port):
    opened = socket.socket(socket.AF_INET, kind)
    try:
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
    except OSError:
        opened.close()
        raise
    opened.setblocking(False)
    return opened


def _udp_protocol():
    from . import resolver

    class Udp(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            wire = resolver.answer(data, over_udp=True)
            if wire is not None:
                self.transport.sendto(wire, addr)

    return Udp


async def _answer_stream(reader, writer):
    """Questions one after the other on a connection, each after its length in two bytes."""
    from . import resolver

    try:
        while True:
            length = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), IDLE_SECONDS), "big")
            wire = resolver.answer(await asyncio.wait_for(reader.readexactly(length), IDLE_SECONDS))
            if wire is None:
                return
            writer.write(len(wire).to_bytes(2, "big") + wire)
            await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
