"""Docker's network for tasks whose subnet has no way out: from it they reach each other and the gateway, and nothing of the internet.

Docker forwards no packet out of an internal network; its own address on it is this host's, where the gateway answers too. Where docker
runs in a VM that address is not this host's and tasks are reached over published ports, which such a network has not: nothing is cut."""
import ipaddress
import logging
import threading
from dataclasses import dataclass

from .. import docker, gateway, server, upstream
from . import containers

log = logging.getLogger("slipway")
_lock = threading.Lock()
_found = None


@dataclass(frozen=True)
class Network:
    name: str
    address: str  # this host's on it


def name():
    return f"slipway-{server.current.id[:12]}-private"


def find():
    """The network with the gateway on it, made with the first task that needs it; None where docker can cut nothing off."""
    global _found
    if containers.PUBLISH:
        return None
    with _lock:
        if _found is None:
            made = _made()
            if gateway.serve_at(made.address):
                _found = made
            else:
                log.warning("tasks without a way out are not cut off: docker's address %s is not one of this host", made.address)
                docker.remove_networks()
        return _found


def _made():
    engine = docker.client()
    labels = {**upstream.own_labels("ecs"), "slipway": server.current.id}
    known = engine.networks.list(names=[f"^{name()}$"]) or [engine.networks.create(name(), internal=True, labels=labels)]
    known[0].reload()
    config = known[0].attrs["IPAM"]["Config"][0]
    # Old engines name no gateway; it is the subnet's first address.
    address = config.get("Gateway") or str(ipaddress.ip_network(config["Subnet"])[1])
    return Network(name(), address.partition("/")[0])


def forget():
    """After a reset or a stop, by which the network is removed."""
    global _found
    with _lock:
        _found = None


