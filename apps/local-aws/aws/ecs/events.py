"""A service's events, newest first, with AWS's texts."""
import time
import uuid

from .. import persistence

KEPT = 100


def add(service, text):
    event = {"id": str(uuid.uuid4()), "createdAt": time.time(), "message": f"(service {service['serviceName']}) {text}"}
    service["events"] = [event, *service.get("events", [])][:KEPT]
    persistence.touch("ecs")


def _ids(tasks):
    return " ".join(f"(task {t['taskArn'].rsplit('/', 1)[-1]})" for t in tasks)


def started(service, tasks):
    add(service, f"has started {len(tasks)} tasks: {_ids(tasks)}.")


def stopped(service, tasks):
    add(service, f"has stopped {len(tasks)} running tasks: {_ids(tasks)}.")


def draining(service, count):
    add(service, f"has begun draining connections on {count} tasks.")


def registered(service, group, count):
    add(service, f"registered {count} targets in (target-group {group})")


def deregistered(service, group, count):
    add(service, f"deregistered {count} targets in (target-group {group})")


def unhealthy(service, task, port, group, description):
    where = f"(task {task['taskArn'].rsplit('/', 1)[-1]}) (port {port})"
    add(service, f"{where} is unhealthy in (target-group {group}) due to (reason {description}).")


def unhealthy_container(service, task):
    add(service, f"(task {task['taskArn'].rsplit('/', 1)[-1]}) failed container health checks.")


def unable_to_start(service, reason):
    add(service, f"was unable to start a task. Reason: {reason}")


def failed(service, deployment):
    add(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")


def rolling_back(service, deployment):
    add(service, f"rolling back to deployment {deployment['id']}.")


def completed(service, deployment):
    add(service, f"(deployment {deployment['id']}) deployment completed.")


def steady(service):
    add(service, "has reached a steady state.")
