"""Honest deployments: ECS's service scheduler and the load balancer's target handling, in place of upstream's.

rollout and health decide (pure); scheduler, tasks and targets act; the *_api modules answer; proxy carries the traffic."""
from .. import upstream
from . import scheduler, targets


def install():
    from . import history_api, proxy, service_api, target_api, task_api  # noqa: F401  they replace upstream's functions

    upstream.on_start(task_api.withdraw_targets)
    upstream.on_start(targets.adopt)
    upstream.on_start(scheduler.start)
    upstream.on_stop(scheduler.stop)
    upstream.on_reset(targets.forget)
