"""Saves what a request changed within a second, so that state survives `kill -9`.

Upstream (1.5.33) writes its state only at a clean stop. Here each request that may change something marks its service, and a
thread writes the marked services. It checks all of them now and then, because services change each other."""
import hashlib
import logging
import os
import threading
import time

from . import timing, upstream

READS = ("Describe", "List", "Get", "BatchGet", "Head", "Lookup", "Search", "Filter", "Simulate", "Query", "Scan")

log = logging.getLogger("slipway")
_dirty = set()
_wake = threading.Event()
_writing = threading.Lock()
_written = {}
_folder = None


def touch(*keys):
    """Mark state that changed outside a request (a task stopped, a target became healthy).

    Log lines mark nothing, because they are many; they are saved with everything else."""
    if _folder is None:
        return
    _dirty.update(keys)
    _wake.set()


def observe(service, method, action):
    if action.startswith(READS) or (not action and method in ("GET", "HEAD")):
        return
    touch(*upstream.state_keys(service))


def save(keys=None):
    """Write the given state files, or all. A file whose content did not change is not written."""
    with _writing:
        for key, get_state in upstream.savers().items():
            if keys is None or key in keys:
                _write(key, get_state)


def _write(key, get_state):
    state = _snapshot(key, get_state)
    if state is None:
        return
    text = upstream.to_json(key, state).encode()
    digest = hashlib.blake2b(text, digest_size=16).digest()
    if _written.get(key) == digest:
        return
    temporary = _folder / f"{key}.json.tmp"
    with open(temporary, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, _folder / f"{key}.json")
    _written[key] = digest


def _snapshot(key, get_state):
    """Retries, because other threads change a service while it is copied."""
    for attempt in range(20):
        try:
            return get_state()
        except RuntimeError:
            time.sleep(0.005 * attempt)
    log.error("state of %s kept changing while it was copied; it is saved with the next change", key)
    _dirty.add(key)
    return None


def _loop():
    full = time.monotonic()
    while True:
        _wake.wait(timing.SAVE_ALL_EVERY)
        time.sleep(timing.SAVE_DELAY)
        _wake.clear()
        everything = time.monotonic() - full >= timing.SAVE_ALL_EVERY
        keys, full = (None, time.monotonic()) if everything else ({_dirty.pop() for _ in range(len(_dirty))}, full)
        try:
            save(keys)
        except OSError as error:
            log.error("state could not be saved in %s: %s", _folder, error)


def install(folder):
    """Starts the thread after the load, because earlier it would overwrite the files with empty stores."""
    global _folder
    folder.mkdir(parents=True, exist_ok=True)
    _folder = folder
    logging.getLogger("persistence").setLevel(logging.WARNING)
    upstream.save_with(save)
    upstream.on_request(observe)
    upstream.on_start(lambda: threading.Thread(target=_loop, daemon=True, name="slipway-save").start())
    upstream.on_reset(_written.clear)
