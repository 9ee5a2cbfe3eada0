"""Hypercorn's connections on a socket whose TLS is decided for each connection, so that neither another certificate, policy nor protocol
of a listener closes it."""
import asyncio
import contextlib
import logging
import socket
import ssl

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

log = logging.getLogger("slipway.edge")
HANDSHAKE_SECONDS, CLOSING_SECONDS, BACKLOG = 10, 1, 512


def _config():
    """As a load balancer of AWS has them by default: 60 s idle, 10,000 requests a connection, 128 at a time over HTTP/2."""
    config = Config()
    config.include_server_header = config.include_date_header = False
    config.errorlog = None
    config.keep_alive_timeout, config.keep_alive_max_requests, config.h2_max_concurrent_streams = 60, 10_000, 128
    return config


class Server:
    """tls(connection) gives the context of a connection that was just accepted, or None for one without TLS."""

    def __init__(self, sock, app, tls):
        self.sock, self.app, self.tls = sock, ASGIWrapper(app), tls
        self.config, self.worker, self.tasks = _config(), WorkerContext(None), set()
        sock.setblocking(False)
        sock.listen(BACKLOG)

    def start(self, context):
        """Accepts from now on. context: the variables that each connection begins with."""
        self.loop, self.context = asyncio.get_running_loop(), context
        self._listen()

    def stop(self):
        """Accepts nothing any more, at once."""
        self.loop.remove_reader(self.sock)
        self.sock.close()

    async def close(self):
        """Answers what is under way, for a second."""
        await self.worker.terminated.set()
        if self.tasks:
            _done, late = await asyncio.wait(self.tasks, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()

    def _listen(self):
        if self.sock.fileno() != -1:
            self.context.run(self.loop.add_reader, self.sock, self._accept)

    def _accept(self):
        for _ in range(BACKLOG):
            try:
                connection, _client = self.sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                # Out of file descriptors, for example: others will close theirs.
                log.warning("%s:%s accepts nothing: %s", *self.sock.getsockname()[:2], error)
                self.loop.remove_reader(self.sock)
                self.loop.call_later(0.1, self._listen)
                return
            connection.setblocking(False)
            self._keep(self.loop.create_task(self._begin(connection)))

    def _keep(self, task):
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _begin(self, connection):
        reader = asyncio.StreamReader(loop=self.loop)
        protocol = asyncio.StreamReaderProtocol(reader, self._serve, loop=self.loop)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                context = await self.tls(connection)
                more = {"ssl_handshake_timeout": HANDSHAKE_SECONDS} if context else {}
                await self.loop.connect_accepted_socket(lambda: protocol, connection, ssl=context, **more)
        except (OSError, ssl.SSLError, asyncio.TimeoutError) as error:
            # A client that does not trust the certificate, asks for an older TLS, or goes.
            log.debug("no connection: %s", error)
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _serve(self, reader, writer):
        self._keep(asyncio.current_task())
        with contextlib.suppress(asyncio.CancelledError):
            await TCPServer(self.app, self.loop, self.config, self.worker, {}, reader, writer)


async def first_byte(connection):
    """What a client sends first, left where it is; nothing when it goes."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            readable = asyncio.Event()
            loop.add_reader(connection, readable.set)
            try:
                await readable.wait()
            finally:
                loop.remove_reader(connection)
