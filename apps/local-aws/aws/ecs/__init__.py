"""Faithful deployments: ECS's service scheduler and the load balancer's target handling, in place of upstream's.

rollout, health and reach are pure decisions. scheduler, task_runner and targets act on them, the *_api modules answer requests, and proxy
forwards the traffic."""
from .. import upstream
from . import scheduler, targets


def install():
    from . import history_api, private_network, proxy, service_api, target_api, task_api  # noqa: F401  importing them replaces functions

    upstream.on_start(task_api.withdraw_targets)
    upstream.on_start(targets.restore)
    upstream.on_start(scheduler.start)
    upstream.on_stop(scheduler.stop)
    upstream.on_reset(targets.reset)
    upstream.on_reset(private_network.forget)
