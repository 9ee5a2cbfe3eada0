"""Where a container listens, for a health check that nothing answered. AWS does not know it; here the container is at hand."""
import ipaddress
from pathlib import Path

import docker as sdk

LISTEN = "0A"
# Docker's name server inside of the container.
DNS = ipaddress.ip_address("127.0.0.11")


def explain(container, port):
    """Why nobody outside reaches the port, as a container's reason; empty when somebody could, or when it cannot be known."""
    table = _socket_table(container)
    return "" if table is None else sentence(parse(table), port)


def sentence(found, port):
    if not found:
        return f"nothing in the container listens, and port {port} is asked"
    names = ", ".join(_name(*each) for each in found)
    here = [address for address, bound in found if bound == port]
    if not here:
        return f"the container listens on {names}, and port {port} is asked"
    if all(address.is_loopback for address in here):
        return f"the container listens on {names}, which only itself reaches: bind to 0.0.0.0:{port}"
    return ""


def _name(address, port):
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def parse(table):
    """Listening addresses with their ports, from the lines of /proc/net/tcp and tcp6."""
    found = set()
    for line in table.splitlines():
        words = line.split()
        if len(words) > 3 and words[0].endswith(":") and words[3] == LISTEN:
            address, _, port = words[1].partition(":")
            found.add((_address(address), int(port, 16)))
    return sorted((each for each in found if each[0] != DNS), key=lambda each: (each[1], each[0].version, each[0]))


def _address(text):
    """The kernel writes each 32 bits in its own byte order."""
    words = [bytes.fromhex(text[i : i + 8])[::-1] for i in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    return getattr(address, "ipv4_mapped", None) or address


def _socket_table(container):
    try:
        code, output = container.exec_run(["cat", "/proc/net/tcp", "/proc/net/tcp6"], stderr=False)
        # Without IPv6 the second file is missing.
        if code == 0 or output:
            return output.decode()
    except sdk.errors.DockerException:
        pass
    return _from_host(container)


def _from_host(container):
    """For an image without `cat`. In a VM the process id belongs to another process, or to none."""
    process = Path("/proc") / str(container.attrs["State"]["Pid"])
    try:
        if container.id not in (process / "cgroup").read_text():
            return None
        return "".join(each.read_text() for each in (process / "net/tcp", process / "net/tcp6") if each.exists())
    except OSError:
        return None
