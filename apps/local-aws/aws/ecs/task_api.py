"""RunTask, StopTask, and the functions by which upstream (1.5.33) starts and restores tasks, for the task runners."""
import time
import uuid

from .. import upstream
from . import service_api, targets, task_runner, tasks

ecs = upstream.service("ecs")


@upstream.wrap(ecs, "_run_task")
def run(inner, data):
    error = service_api.check_definition(data.get("taskDefinition", ""))
    if error:
        return error
    with tasks.lock:
        answer = inner(data)
        # A task's runner begins when it has the lock.
        for made in (upstream.with_status(answer) or {}).get("tasks", []):
            configuration = data.get("networkConfiguration") or {}
            ecs._tasks[made["taskArn"]]["_awsvpc"] = configuration.get("awsvpcConfiguration")
        return answer


upstream.replace(ecs, "_run_task_worker")(task_runner.begin)


@upstream.replace(ecs, "_stop_task")
def stop(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    task = ecs._resolve_task(data.get("task", ""), cluster)
    if task is None:
        return upstream.error_reply("InvalidParameterException", "The referenced task was not found.", 400)
    tasks.stop(task, data.get("reason") or "Task stopped by user", "UserInitiated")
    return upstream.reply({"task": ecs._sanitize(task)})


@upstream.replace(ecs, "new_uuid")
def new_id():
    """Task ids are 32 hexadecimal digits on AWS."""
    return uuid.uuid4().hex


def _nothing(*_args, **_kwargs):
    """The task runner or the scheduler does this."""


for _name in ("_reconcile_service_tasks", "_maybe_mark_stopped", "_sync_service_targets", "_start_restored_service_reconciler"):
    upstream.replace(ecs, _name)(_nothing)


@upstream.wrap(ecs, "_build_task_containers")
def containers(inner, definition, overrides):
    out = inner(definition, overrides)
    for container in out:
        container.pop("exitCode", None)
    return out


@upstream.wrap(ecs, "_restore_state")
def restore(inner, data):
    """Marks the tasks of the earlier process as stopped, because their containers are gone. The scheduler starts new ones."""
    inner(data)
    for _, task in ecs._tasks.all_items():
        if task.get("desiredStatus") != "STOPPED":
            task.update(
                desiredStatus="STOPPED", stoppedReason="The local AWS was started again", stopCode="ServiceSchedulerInitiated"
            )
        task["stoppedAt"] = task.get("stoppedAt") or time.time()
        for container in task.get("containers", []):
            container["lastStatus"] = "STOPPED"


def withdraw_targets():
    """Removes restored tasks' targets. It runs after the load, because the load balancer's state is loaded after ECS's."""
    for _, task in ecs._tasks.all_items():
        for target in task.pop("_targets", []):
            targets.withdraw(*target)
