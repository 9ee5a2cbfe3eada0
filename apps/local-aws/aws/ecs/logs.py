"""The awslogs driver: writes each line to its stream at once, including the last lines of a container that crashed.

Upstream (1.5.33) splits lines at the engine's chunks, and starts a task whose log group does not exist."""
import logging
import threading
import time

from .. import upstream

log = logging.getLogger("slipway")


class NoGroup(Exception):
    pass


def open_stream(definition, task_id, container_id):
    """The stream to write to, or None for another log driver. A missing log group fails the task, as on AWS."""
    ecs = upstream.service("ecs")
    config = ecs._awslogs_config(definition, task_id, container_id)
    if config is None:
        return None
    with upstream.request_scope(upstream.account_id(), config["region"] or upstream.region()):
        if not ecs._ensure_awslogs_stream(config):
            raise NoGroup(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
                "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
            )
    return config


def follow(container, config):
    """Starts a thread that ends with the container's output. Join it to wait for the last line."""
    scope = (upstream.account_id(), config["region"] or upstream.region())
    thread = threading.Thread(target=_follow, args=(container, config, scope), daemon=True, name="slipway-logs")
    thread.start()
    return thread


def _follow(container, config, scope):
    rest = b""
    with upstream.request_scope(*scope):
        try:
            for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=True):
                *lines, rest = (rest + chunk).split(b"\n")
                _put(config, lines)
        except Exception as error:  # the engine ends the stream when the container is removed
            log.debug("log stream %s ended: %s", config["stream"], error)
        _put(config, [rest] if rest else [])


def _put(config, lines):
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line.decode("utf-8", "replace").rstrip("\r")} for line in lines]
    if events:
        upstream.service("cloudwatch_logs")._put_log_events(
            {"logGroupName": config["group"], "logStreamName": config["stream"], "logEvents": events}
        )
