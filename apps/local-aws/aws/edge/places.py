"""Where the edge keeps its files, and the addresses of its sockets. Both are this instance's alone.

Each local AWS has a network of 254 loopback addresses, which its gateway's port names: 127.17.214.0/24 for 4566. So two of them serve
DNS on port 53 at the same time, and none takes the addresses that systems use themselves (127.0.0.53)."""
import os
from pathlib import Path

# Added to a port that may not be opened, because ports below 1024 are root's on most systems.
INSTEAD = 8000
# A free port of UDP may be taken over TCP.
ATTEMPTS = 5


def folder():
    return Path(os.environ["STATE_DIR"]).absolute() / "edge"


def network():
    """The first three octets."""
    port = int(os.environ["GATEWAY_PORT"])
    return f"127.{port >> 8}.{port & 255}"


def resolver():
    """The address of the resolver."""
    return f"{network()}.1"


def candidates(*ports):
    """(address, ports) in the order of preference. macOS has no loopback address but 127.0.0.1; 0 is any free port."""
    yield resolver(), ports
    yield resolver(), tuple(port + INSTEAD for port in ports)
    for _ in range(ATTEMPTS):
        yield "127.0.0.1", tuple(0 for _ in ports)


def write(path, content, mode=0o600):
    """Whole or not at all, also after kill -9, and never readable by others in between."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
