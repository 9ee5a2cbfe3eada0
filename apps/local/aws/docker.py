"""The docker engine, when there is one: tasks run in it as containers; all else works without."""
import ipaddress

import docker as sdk

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
