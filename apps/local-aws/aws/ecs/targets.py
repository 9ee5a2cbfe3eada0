"""Registered targets: checked with their group's health check, and drained before they are removed.

Upstream (1.5.33) always answers "healthy", picks any registered target, and removes a deregistered one at once."""
import contextlib
import http.client
import itertools
import ssl
import threading
import time

from .. import persistence, timing, upstream
from . import health

alb = upstream.service("alb")
_targets = {}  # (group ARN, id, port) -> Target
_lock = threading.Lock()
_round_robin = itertools.count()
_listeners = []


class Target:
    def __init__(self, group, id, port, endpoint):
        self.group, self.id, self.port, self.endpoint = group, id, port, endpoint
        self.health = health.Health()
        self.in_flight = 0
        self.gone = threading.Event()
        threading.Thread(target=self._check_until_gone, daemon=True, name=f"slipway-probe-{id}:{port}").start()

    def _settings(self):
        return group_record(self.group)

    def _check_until_gone(self):
        while not self.gone.is_set() and self.health.state != "draining":
            group = self._settings()
            if group is None:
                return
            before = self.health.state
            if group.get("HealthCheckEnabled", True):
                check = probe(self.endpoint, group)
                if self.health.state == "draining":
                    return
                changed = self.health.observe(check, group["HealthyThresholdCount"], group["UnhealthyThresholdCount"])
            else:
                changed = self.health.observe(health.PASSED, 1, 1)
            if changed:
                _notify(self, before)
            interval = timing.health_interval if self.health.state == "healthy" else timing.first_health_interval
            self.gone.wait(interval(group["HealthCheckIntervalSeconds"]))

    @contextlib.contextmanager
    def request(self):
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1


def probe(endpoint, group):
    port = group["HealthCheckPort"]
    host, port = endpoint[0], endpoint[1] if port in ("traffic-port", "") else int(port)
    timeout = timing.health_timeout(group["HealthCheckTimeoutSeconds"])
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl._create_unverified_context())
        if group["HealthCheckProtocol"] == "HTTPS"
        else http.client.HTTPConnection(host, port, timeout=timeout)
    )
    try:
        headers = {"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"}
        connection.request("GET", group["HealthCheckPath"] or "/", headers=headers)
        code = connection.getresponse().status
    except TimeoutError:
        return health.TIMED_OUT
    except (OSError, http.client.HTTPException):
        return health.REFUSED
    finally:
        connection.close()
    return health.PASSED if health.matches(code, group["Matcher"]["HttpCode"]) else health.mismatch(code)


def on_change(listener):
    """listener(target, state before) when a target's health changes."""
    _listeners.append(listener)


def _notify(target, before):
    for listener in _listeners:
        listener(target, before)


def register(group, id, port, endpoint=None):
    """endpoint: how this process reaches the target, when that is not its own address."""
    with _lock:
        found = _targets.get((group, id, port))
        if found is None or found.health.state == "draining":
            if found:
                found.gone.set()
            _targets[group, id, port] = Target(group, id, port, endpoint or (id, port))
        _list(group, [*(t for t in _listed(group) if not _same(t, id, port)), {"Id": id, "Port": port}])
    persistence.touch("alb")


def drain(group, id, port):
    """Sends no new requests. Returns an event that is set after the last response or the deregistration delay."""
    with _lock:
        target = _targets.get((group, id, port))
        if target is None or target.health.state == "draining":
            done = threading.Event()
            done.set()
            return target.gone if target else done
        target.health.drain()
    threading.Thread(target=_finish, args=(target,), daemon=True, name=f"slipway-drain-{id}:{port}").start()
    return target.gone


def _finish(target):
    delay = float(attribute(target.group, "deregistration_delay.timeout_seconds", "300"))
    start = time.monotonic()
    while time.monotonic() - start < delay:
        waited = time.monotonic() - start
        if target.in_flight == 0 and waited >= (delay if timing.AWS else min(delay, timing.DRAIN_AT_LEAST)):
            break
        time.sleep(0.05)
    with _lock:
        if _targets.get((target.group, target.id, target.port)) is target:
            del _targets[target.group, target.id, target.port]
            _list(target.group, [t for t in _listed(target.group) if not _same(t, target.id, target.port)])
    target.gone.set()
    persistence.touch("alb")


def _scope(arn):
    return arn.split(":")[4], arn.split(":")[3]


def group_record(arn):
    return alb._tgs.get_scoped(*_scope(arn), arn)


def attribute(group, key, default):
    attributes = alb._tg_attrs.get_scoped(*_scope(group), group) or []
    return next((a["Value"] for a in attributes if a["Key"] == key), default)


def _listed(group):
    return alb._targets.get_scoped(*_scope(group), group) or []


def _list(group, entries):
    """Saves the entries, unless the group was deleted meanwhile."""
    if group_record(group) is not None:
        alb._targets.set_scoped(*_scope(group), group, entries)


def _same(entry, id, port):
    return entry["Id"] == id and entry.get("Port", port) == port


def find(group, id, port):
    return _targets.get((group, id, port))


def of(group):
    return [t for t in list(_targets.values()) if t.group == group]


def pick(group, refused=()):
    """The next healthy target. When all are unhealthy any of them, as AWS fails open, but never a draining one."""
    usable = [t for t in of(group) if t.health.state != "draining" and t not in refused]
    healthy = [t for t in usable if t.health.state == "healthy"]
    candidates = healthy or [t for t in usable if t.health.state == "unhealthy"]
    return candidates[next(_round_robin) % len(candidates)] if candidates else None


def restore():
    """Checks targets registered by hand again after a restart. A service's targets come back with its new tasks."""
    for (_account, group), listed in list(alb._targets._data.items()):
        for target in list(listed):
            if group_record(group):
                register(group, target["Id"], target.get("Port") or group_record(group)["Port"])


def withdraw(group, id, port):
    """Removes a target without draining it, because its container is gone."""
    with _lock:
        if found := _targets.pop((group, id, port), None):
            found.gone.set()
        _list(group, [t for t in _listed(group) if not _same(t, id, port)])
    persistence.touch("alb")


def reset():
    with _lock:
        for target in _targets.values():
            target.gone.set()
        _targets.clear()
