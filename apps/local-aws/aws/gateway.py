"""The gateway at further addresses of this host, while it runs: docker's networks come and go after the start."""
import asyncio
import logging
import socket

from hypercorn.asyncio import serve
from hypercorn.config import Config

log = logging.getLogger("slipway")
KEEP_ALIVE, GRACEFUL = 75, 2
_running = {}  # loop, app, port, stop
_served = {}  # address -> task


def config(binds):
    found = Config()
    found.bind = binds
    found.keep_alive_timeout = KEEP_ALIVE
    found.graceful_timeout = GRACEFUL
    return found


def runs(app, port, stop):
    """Called in the gateway's loop once it serves."""
    _running.update(loop=asyncio.get_running_loop(), app=app, port=port, stop=stop)


def serve_at(address):
    """False where the address is not one of this host. May be called from any thread but the loop's."""
    return asyncio.run_coroutine_threadsafe(_serve_at(address), _running["loop"]).result(10)


async def _serve_at(address):
    if address in _served:
        return True
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((address, _running["port"]))
        opened.listen()
    except OSError as error:
        opened.close()
        log.debug("the gateway cannot answer at %s: %s", address, error)
        return False
    opened.setblocking(False)
    app = _without_lifespan(_running["app"])
    further = serve(app, config([f"fd://{opened.detach()}"]), shutdown_trigger=_running["stop"].wait)
    _served[address] = asyncio.ensure_future(further)
    return True


def _without_lifespan(app):
    """The app is started once, by the first of its servers."""

    async def outer(scope, receive, send):
        if scope["type"] != "lifespan":
            return await app(scope, receive, send)
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    return outer
