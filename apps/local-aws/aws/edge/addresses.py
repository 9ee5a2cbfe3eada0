"""The loopback address of each front, the same after a restart: a file keeps its last number in the instance's network."""
import json
import threading

from . import places

# .1 is the resolver's, .255 the network's broadcast address.
FIRST, LAST = 2, 254

_lock = threading.Lock()
_read = (None, {})  # (file, what it holds)


def of(front, living):
    """The address of a front (a key of its own). living() gives the keys of all there are: a number is used again only once all were
    given, because what a name led to may still be remembered."""
    with _lock:
        given = _given()
        if front not in given:
            number = _free(given)
            if number is None:
                kept = living()
                for gone in [each for each in given if each not in kept]:
                    del given[gone]
                number = _free(given)
            if number is None:
                raise OSError(f"{front} must have an address of its own; {places.network()}.0/24 has no more, remove load balancers")
            given[front] = number
            places.write(_file(), json.dumps(given, indent=1).encode(), mode=0o644)
        return f"{places.network()}.{given[front]}"


def _free(given):
    taken = set(given.values())
    after = max(taken, default=FIRST - 1) + 1
    return next((number for number in (*range(after, LAST + 1), *range(FIRST, after)) if number not in taken), None)


def _file():
    return places.folder() / "addresses.json"


def _given():
    global _read
    if _read[0] != _file():
        try:
            held = json.loads(_file().read_text())
        except (FileNotFoundError, ValueError):
            held = {}
        _read = (_file(), held)
    return _read[1]
