"""The docker engine, when there is one: tasks run in it as containers; all else works without."""
import ipaddress

import docker as sdk

from . import upstream

TIMEOUT = 60
_client = None


def client():
    """None when no engine answers. One client serves all threads: each call takes a connection of its pool."""
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
    # Old engines name no gateway: it is then the subnet's first address.
    return network.get("Gateway") or str(ipaddress.ip_network(network["Subnet"])[1])


def create_volume(name, labels):
    client().volumes.create(name, labels={**upstream.own_labels("ecs"), **labels})


def remove_volume(name):
    try:
        client().volumes.get(name).remove(force=True)
    except sdk.errors.DockerException:
        pass  # still held by a container of a task that is on its way out: the next start removes it


def remove_volumes():
    """Those of tasks that were cut off: at start and stop no task of ours runs."""
    engine = client()
    for volume in engine.volumes.list(filters={"label": f"{upstream.INSTANCE}={upstream.instance()}"}) if engine else ():
        remove_volume(volume.name)
