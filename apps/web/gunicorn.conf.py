"""Gunicorn on one vCPU behind an Application Load Balancer. Each value has its reason; docs/django-app.md has more."""

import logging
import os

from config.environment import whole_number

bind = f"0.0.0.0:{whole_number('PORT', 8000, 65_535)}"

# One vCPU runs one Python thread at a time. Two processes, so that one that is busy or restarts does not stop
# the other; four threads each, so that waiting (a database, a slow client) does not hold up eight requests.
workers = whole_number("WEB_WORKERS", 2, 64) or 1
worker_class = "gthread"
threads = whole_number("WEB_THREADS", 4, 64) or 1

# Loaded once, before the fork: half the start-up CPU, shared memory, and a bad setting ends the process with its
# sentence instead of restarting workers for ever.
preload_app = True

# Longer than the load balancer's idle timeout (60 s): it must be the side that closes a kept connection, otherwise
# it sends a request into one that we are closing and the visitor sees a 502.
keepalive = 75

# Shorter than the task's stopTimeout (45 s in our stack, 30 s on ECS unless set): requests in flight finish, then we leave by ourselves.
graceful_timeout = 25

# The heartbeat file: in memory, where it never waits for a disk, and writable when the root file system is not.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None

# It would listen on a socket in the home directory, which is read-only here, and nobody asks it anything.
control_socket_disable = True

accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s "%(r)s" %(s)s %(b)sB %(M)sms "%(a)s"'


class WithoutHealthChecks(logging.Filter):
    """Every load balancer node asks every few seconds; in the log that would hide the visitors."""

    def filter(self, record):
        return not (isinstance(record.args, dict) and record.args.get("U") == "/healthz")


def on_starting(server):
    server.log.access_log.addFilter(WithoutHealthChecks())
