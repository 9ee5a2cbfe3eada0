"""The task records of all services: their lock, their runners, and how a task is stopped."""
import threading
import time

from .. import persistence, upstream
from . import targets

ecs = upstream.service("ecs")
lock = threading.RLock()
runners = {}  # task ARN -> TaskRunner
closing = threading.Event()
_wakers = []

STOP_SECONDS = 30
ALIVE = ("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING")


def wake():
    for waker in _wakers:
        waker()


def on_change(waker):
    _wakers.append(waker)


def close():
    """The local AWS stops: containers that end from now on are not counted as failures."""
    closing.set()


def id_of(task):
    return task["taskArn"].rsplit("/", 1)[-1]


def cluster_of(task):
    return ecs._cluster_name_from_arn(task["clusterArn"])


def stop_seconds(definition):
    return int(definition.get("stopTimeout") or STOP_SECONDS)


def mark_stopping(task, reason, code, failed=False):
    with lock:
        if task["lastStatus"] == "STOPPED" or task.get("desiredStatus") == "STOPPED":
            return False
        ecs._bump_task_version(task)
        task.update(desiredStatus="STOPPED", stoppedReason=reason, stopCode=code, stoppingAt=time.time())
        if failed:
            task["_failed"] = True
    persistence.touch("ecs")
    wake()
    return True


def drain(task):
    """Sends the task no more requests; each returned event is set when the last ones are answered."""
    return [targets.drain(*t) for t in task.get("_targets", [])]


def stop(task, reason, code, failed=False):
    """Returns at once. The task's runner drains and stops the containers."""
    if not mark_stopping(task, reason, code, failed):
        return
    drain(task)
    runner = runners.get(task["taskArn"])
    if runner:
        runner.stop_requested.set()
    else:
        with lock:
            task.update(lastStatus="STOPPED", stoppedAt=time.time())
        wake()
