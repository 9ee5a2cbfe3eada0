"""State survives `kill -9`: what a request changed is on disk within a second.

Upstream (1.5.33) writes its state only at a clean stop. Each request that may change something marks its service;
a thread writes the marked ones (and, now and then, all whose content changed: services change each other)."""
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
    """Something of these state files changed outside a request (a task stopped, a target became healthy).

    Log lines do not touch: they are many, and are saved with everything else."""
    if _folder is None:
        return
    _dirty.update(keys)
    _wake.set()


def observe(service, method, action):
    if action.startswith(READS) or (not action and method in ("GET", "HEAD")):
        return
    touch(*upstream.state_keys(service))


def save(keys=None):
    """Write the given state files, or all; those whose content is as written before are left alone."""
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
    """Services are changed by other threads while they are copied: try again."""
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
    """The thread starts after the load: earlier it would write empty stores over the files."""
    global _folder
    folder.mkdir(parents=True, exist_ok=True)
    _folder = folder
    logging.getLogger("persistence").setLevel(logging.WARNING)
    upstream.save_with(save)
    upstream.on_request(observe)
    upstream.on_start(lambda: threading.Thread(target=_loop, daemon=True, name="slipway-save").start())
    upstream.on_reset(_written.clear)
