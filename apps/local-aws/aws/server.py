"""Serves the gateway on loopback and the docker bridge only, answers /_slipway/health, and stops cleanly on SIGTERM."""
import asyncio
import json
import signal
import socket

from hypercorn.asyncio import serve

from . import docker, evaluated, gateway, idempotency, instance_id, persistence, settings, upstream

current = instance_id.InstanceId()


def addresses(configuration):
    """Loopback, and the docker bridge, through which containers reach the gateway. Where docker runs in a VM, loopback is enough."""
    if configuration.bind:
        return configuration.bind
    bridge = docker.bridge_address()
    return ("127.0.0.1", bridge) if bridge and _free(bridge, 0) else ("127.0.0.1",)


def _free(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def health(configuration):
    # `npm start` reads the instance id under the name "incarnation".
    return {
        "incarnation": current.id,
        "boot": current.boot,
        "version": settings.UPSTREAM,
        "account": configuration.account,
        "region": configuration.region,
    }


def _after_startup(send):
    """Runs the start hooks once upstream reports its startup, because its state is loaded then."""

    async def outer(message):
        if message["type"] == "lifespan.startup.complete":
            await asyncio.to_thread(upstream.begin)
            upstream.serving()
        await send(message)

    return outer


def own_answer(path, configuration):
    """What is asked under /_slipway/, or None."""
    if path == "/_slipway/health":
        return health(configuration)
    if path == "/_slipway/dns" and "edge" not in configuration.off:
        from .edge import dns_server  # loaded with the package, unless it is left out

        return dns_server.describe()
    if path.startswith(EVALUATED):
        return evaluated.of(path[len(EVALUATED) :])
    return None


EVALUATED = "/_slipway/evaluated/"


def with_health(app, configuration):
    async def outer(scope, receive, send):
        if scope["type"] == "lifespan":
            return await app(scope, receive, _after_startup(send))
        answer = own_answer(scope["path"], configuration) if scope["type"] == "http" else None
        if answer is None:
            return await app(scope, receive, send)
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return outer


async def _serve(config, app, port):
    stop = asyncio.Event()
    gateway.runs(app, port, stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    async def stopping():
        await stop.wait()
        upstream.end()

    await serve(app, config, shutdown_trigger=stopping)


def run(configuration):
    global current
    binds = addresses(configuration)
    for address in binds:
        if not _free(address, configuration.port):
            raise SystemExit(
                f"Port {configuration.port} of {address} must be free; stop what listens there or set GATEWAY_PORT"
            )
    if configuration.persist:
        persistence.install(configuration.state)
        current = instance_id.InstanceId(configuration.state)
    upstream.on_reset(current.renew)
    upstream.on_start(docker.remove_left_over)
    current.started()
    config = gateway.config([f"[{a}]:{configuration.port}" if ":" in a else f"{a}:{configuration.port}" for a in binds])
    app = with_health(idempotency.IdempotentCalls(upstream.gateway.app), configuration)
    asyncio.run(_serve(config, app, configuration.port))
    docker.remove_left_over()
    if configuration.persist:
        persistence.save()
    current.stopped()
