"""The sockets of the fronts come and go with load balancers, listeners, distributions and API domains, before the call that changed them
is answered; and the door, which opens with the first front."""
import asyncio
import contextvars
import logging

from .. import persistence, upstream
from . import accepting, door, fronts, ports, request

log = logging.getLogger("slipway.edge")


class Servers:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        # Connections begin with these variables, and not with those of the request that made a listener.
        self.clean = contextvars.copy_context()
        self.running, self.closing, self.said = {}, set(), set()
        self.door = None

    def look(self):
        """Opens what is missing and closes what is left over."""
        wanted = {(front.key, port): (front, port) for front in fronts.listed() for port in fronts.ports(front)}
        for key in self.running.keys() - wanted.keys():
            self._close(self.running.pop(key))
        for key in wanted.keys() - self.running.keys():
            self._open(key, *wanted[key])
        if self.door is None and next(iter(fronts.listed()), None) is not None:
            self.door = self._start(door.opened(), _app(_behind_the_door), door.tls)
            log.info("all load balancers answer by name at %s:%s", *self.door.sock.getsockname())

    def _open(self, key, front, port):
        try:
            sock = ports.opened(front.address, port)
        except (OSError, ports.NoAddress) as error:
            if str(error) not in self.said:
                self.said.add(str(error))
                log.error("%s does not answer on port %s: %s", front.id, port, error)
            return

        async def tls(_connection):
            return _context(front, port) if fronts.ports(front).get(port) else None

        self.running[key] = self._start(sock, _app(lambda _asked: (fronts.current(front), port, ports.outside())), tls)

    def _start(self, sock, app, tls):
        server = accepting.Server(sock, app, tls)
        server.start(self.clean.copy())
        return server

    def _close(self, server):
        server.stop()
        task = self.loop.create_task(server.close())
        self.closing.add(task)
        task.add_done_callback(self.closing.discard)

    def close(self):
        for server in (*self.running.values(), *filter(None, [self.door])):
            self._close(server)
        self.running, self.door = {}, None


_current = None


def facts():
    """The door's address, and the ports of fronts that are open by another number, for /_slipway/dns."""
    found = _current and _current.door
    at = found.sock.getsockname() if found else None
    return {
        "door": f"{at[0]}:{at[1]}" if at else None,
        "ports": {str(port): seen for port, seen in sorted(ports.outside().items())},
    }


def install():
    upstream.on_serving(_start)
    upstream.on_request(_observe)
    upstream.on_reset(lambda: _current and _current.loop.call_soon_threadsafe(_look))
    upstream.on_stop(_stop)


def _start():
    global _current
    _current = Servers()
    _look()


def _stop():
    if _current is not None:
        _current.close()


def _observe(_service, method, action):
    if _current is not None and method != "GET" and not action.startswith(persistence.READS):
        _look()


def _look():
    try:
        _current.look()
    except Exception:
        log.exception("the load balancers' ports")


def _context(front, port):
    # cryptography is for those who have a certificate.
    from . import handshakes

    return handshakes.of(front, port)


def _behind_the_door(asked):
    """(front, port, what clients know ports as) of a request at the door."""
    found = door.front(request.name_of(asked["host"]))
    port = found and door.port(found, asked["secure"])
    number = _current.door.sock.getsockname()[1]
    return found, port, door.outside(found, number) if found else {}


def _app(find):
    """find({"host", "secure"}) → (front or None, port or None, ports as clients know them)."""

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close"})
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
        front, port, outside = find({"host": host, "secure": scope["scheme"] == "https"})
        asked = await request.read(scope, receive, port, outside)
        if asked is not None:
            await request.answer(send, receive, asked.method, await _respond(front, asked))

    return app


async def _respond(front, asked):
    if front is None or asked.port is None:
        scheme = "HTTPS" if asked.secure else "HTTP"
        text = f"No load balancer, distribution or API answers {scheme} for the name {asked.host}.\n"
        return 404, {"Content-Type": "text/plain; charset=utf-8"}, text
    upstream.set_scope(front.account, front.region)
    upstream.set_client(asked.client)
    try:
        return _led_outside(front, asked, await fronts.SERVERS[front.kind](front, asked))
    except Exception:
        log.exception("%s %s%s", asked.method, asked.host, asked.raw_path)
        return 502, {"Content-Type": "text/plain"}, "Bad Gateway\n"


def _led_outside(front, asked, response):
    """A distribution's redirect to HTTPS names the port of the scheme, which clients may know by another number."""
    status, fields, content = response
    before = f"https://{asked.headers.get('host', '')}/"
    location = next((name for name in fields if name.lower() == "location"), None)
    if front.kind != "cdn" or not asked.outside or location is None or not str(fields[location]).startswith(before):
        return response
    return status, {**fields, location: f"https://{asked.authority(fronts.HTTPS)}/{fields[location].removeprefix(before)}"}, content
