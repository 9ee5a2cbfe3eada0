"""Listening sockets of the fronts, and which ports are others than AWS's: where ports below 1024 may not be opened, 8000 is added."""
import errno
import logging
import socket

from . import places

log = logging.getLogger("slipway.edge")
LOWEST_OF_EVERYBODY = 1024
REMEDY = "sysctl net.ipv4.ip_unprivileged_port_start=80 allows them"
_instead = {}


class NoAddress(Exception):
    """This system has no loopback address but 127.0.0.1, as macOS: fronts are reached through the door alone."""


def outside():
    """Port of a front → the port that is open for it, where it is another."""
    return dict(_instead)


def opened(address, port):
    """A socket bound to the port of a front, or to the port in its place. Raises NoAddress, or OSError when the port is taken."""
    if port not in _instead:
        try:
            return bound(address, port)
        except PermissionError:
            if port >= LOWEST_OF_EVERYBODY:
                raise
            _instead[port] = port + places.INSTEAD
            log.warning("port %s may not be opened here: load balancers answer on %s instead; %s", port, _instead[port], REMEDY)
    return bound(address, _instead[port])


def bound(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise NoAddress(f"{address} is no address of this system") from error
        raise
    return sock
