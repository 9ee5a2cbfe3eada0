"""Every interval that differs from AWS's, so that a deployment takes seconds. SLIPWAY_TIMING=aws keeps AWS's own.

docs/local-aws.md has the same as a table, each by its name here."""
import os

AWS = os.environ.get("SLIPWAY_TIMING") == "aws"

# What AWS has not: state is written this long after the first change, and all of it now and then, because services change each other.
SAVE_DELAY = 0.1
SAVE_ALL_EVERY = 30.0

# How often the service scheduler and a task's runner poll. AWS's take seconds.
SCHEDULER_TICK = 0.25
TASK_TICK = 0.25

# A task without load balancer and health check counts as healthy after running this long.
STEADY_AFTER = 2.0

# A draining target with no request in flight is done after this; AWS waits for the whole deregistration delay.
DRAIN_AT_LEAST = 0.5

# A failed deployment stays in the list this long after the roll-back is complete.
FAILED_DEPLOYMENT_LISTED = 20.0
# As on AWS.
STOPPED_TASK_LISTED = 3600.0

# How often DNS is asked for the records of pending certificates. AWS takes minutes.
CERTIFICATE_LOOK = 0.5 if not AWS else 60.0

# How long a domain's delegation, or that it has none, may be kept by those who asked. In the world up to two days.
REGISTRAR_TTL = 1 if not AWS else 900

# A distribution that was made or changed is `InProgress` so long. AWS takes 3 to 20 minutes.
DISTRIBUTION_DEPLOYS = 2.0 if not AWS else 240.0

# A task that does not reach what Fargate needs fails after this. AWS tries again and again, for two to four minutes.
UNREACHED_AFTER = 0.5 if not AWS else 180.0

# A pull from the registry that failed is tried again after this, twice. AWS tries for a minute.
PULL_AGAIN = 0.5 if not AWS else 15.0

# How long a load balancer waits until a target takes its connection.
CONNECT = 3.0 if not AWS else 10.0

# A crashing service without circuit breaker: AWS waits longer between starts the more of them fail.
BACKOFF = (0, 0, 0, 2, 4, 8, 15) if not AWS else (0, 0, 0, 15, 30, 60, 300)


def busy():
    """1 on an idle host, up to 3 under load. Timeouts grow with it, so that a slow host rolls no version back."""
    return min(3.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1) / 1.5))


def _at_most(limit, patient=False):
    return lambda configured: float(configured) if AWS else min(float(configured), limit * (busy() if patient else 1))


# A target group's health check, and faster while the target is not yet healthy.
health_interval = _at_most(1.0)
first_health_interval = _at_most(0.5)
health_timeout = _at_most(2.0, patient=True)

# healthCheckGracePeriodSeconds of a service: long enough for Django's start on a busy host.
grace_period = _at_most(8.0, patient=True)

# A container's own health check.
container_health_interval = _at_most(2.0)
container_start_period = _at_most(8.0, patient=True)
