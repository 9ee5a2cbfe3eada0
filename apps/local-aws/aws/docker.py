"""The docker engine that runs tasks as containers. Everything else works without one."""
import ipaddress

import docker as sdk

from . import upstream

TIMEOUT = 60
_client = None


def client():
    """None when no engine answers. All threads share the client, because each call takes a connection of its pool."""
    global _client
    if _client is None:
        try:
            found = sdk.from_env(timeout=TIMEOUT, max_pool_size=64)
            found.ping()
            _client = found
        except sdk.errors.DockerException:
            return None
    return _client


def bridge_address():
    engine = client()
    if engine is None:
        return None
    try:
        network = engine.networks.get("bridge").attrs["IPAM"]["Config"][0]
    except (sdk.errors.DockerException, LookupError):
        return None
    # Old engines name no gateway; it is the subnet's first address.
    return network.get("Gateway") or str(ipaddress.ip_network(network["Subnet"])[1])


def create_volume(name, labels):
    client().volumes.create(name, labels={**upstream.own_labels("ecs"), **labels})


def remove_volume(name):
    try:
        client().volumes.get(name).remove(force=True)
    except sdk.errors.DockerException:
        pass  # a container of a stopping task still uses it; the next start removes it


def remove_networks():
    """Removes the network of tasks that are cut off. One that a container still uses stays, and is found again by its name."""
    engine = client()
    for network in engine.networks.list(filters=_ours()) if engine else ():
        try:
            network.remove()
        except sdk.errors.DockerException:
            pass


def remove_left_over():
    """Removes what interrupted tasks left beside their containers. Call it at start and stop, when no task runs."""
    engine = client()
    for volume in engine.volumes.list(filters=_ours()) if engine else ():
        remove_volume(volume.name)
    remove_networks()


def _ours():
    return {"label": f"{upstream.INSTANCE}={upstream.instance()}"}
