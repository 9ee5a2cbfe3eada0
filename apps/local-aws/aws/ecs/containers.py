"""Turns a container definition into docker's arguments. docs/local-aws.md lists what differs from Fargate."""
import os
import sys

from .. import timing

# Where docker runs in a VM (macOS), a container's address cannot be reached, so its ports are published.
PUBLISH = sys.platform != "linux" or os.environ.get("SLIPWAY_PUBLISH") == "1"
SECOND = 1_000_000_000


def name(task_id, definition):
    return f"slipway-{task_id[:12]}-{definition['name']}"


def volume(task_id, source):
    return f"slipway-{task_id[:12]}-{source}"


def arguments(definition, task_definition, task_id, environment, image, override=None, private=None):
    """private: the network of a task that is cut off from the internet."""
    given = {**definition, **{k: v for k, v in (override or {}).items() if k in ("command", "cpu", "memory") and v}}
    linux = definition.get("linuxParameters") or {}
    capabilities = linux.get("capabilities") or {}
    out = {
        "name": name(task_id, definition),
        "environment": environment,
        "entrypoint": definition.get("entryPoint") or None,
        "command": given.get("command") or None,
        "user": definition.get("user") or None,
        "working_dir": definition.get("workingDirectory") or None,
        "read_only": bool(definition.get("readonlyRootFilesystem")),
        "privileged": bool(definition.get("privileged")),
        "init": bool(linux.get("initProcessEnabled")) or None,
        "cap_add": capabilities.get("add") or None,
        "cap_drop": capabilities.get("drop") or None,
        "healthcheck": health_check(definition),
        "hostname": definition.get("hostname") or None,
        "tty": bool(definition.get("pseudoTerminal")),
        **_limits(given, task_definition),
        **_volumes(definition, task_definition, task_id, image),
        **_network(definition, task_definition, private),
    }
    return {k: v for k, v in out.items() if v is not None}


def health_check(definition):
    """The task definition's health check, because ECS ignores the image's own."""
    check = definition.get("healthCheck")
    if not check:
        return {"test": ["NONE"]}
    command = check["command"] if isinstance(check["command"], list) else [check["command"]]
    return {
        "test": command if command[0] in ("CMD", "CMD-SHELL", "NONE") else ["CMD", *command],
        "interval": int(timing.container_health_interval(check.get("interval", 30)) * SECOND),
        "timeout": int(check.get("timeout", 5) * SECOND),
        "retries": check.get("retries", 3),
        "start_period": int(timing.container_start_period(check.get("startPeriod", 0)) * SECOND),
    }


def _limits(definition, task_definition):
    """Memory is a hard limit. CPU is a share, because a quota would make each start four times as long."""
    memory = definition.get("memory") or task_definition.get("memory")
    cpu = definition.get("cpu") or task_definition.get("cpu")
    limit = f"{int(memory)}m" if memory else None
    return {"mem_limit": limit, "memswap_limit": limit, "cpu_shares": max(2, int(cpu)) if cpu else None}


def _volumes(definition, task_definition, task_id, image):
    """A volume without host path is removed with its task. As on AWS only root may write to it, unless the image declares its path
    as VOLUME."""
    hosts = {v["name"]: (v.get("host") or {}).get("sourcePath") for v in task_definition.get("volumes") or []}
    declared = set(((image.attrs.get("Config") or {}).get("Volumes") or {}).keys()) if image else set()
    binds = []
    for mount in definition.get("mountPoints") or []:
        source, path = mount["sourceVolume"], mount["containerPath"]
        mode = "ro" if mount.get("readOnly") else "rw"
        if not hosts.get(source) and path.rstrip("/") not in {d.rstrip("/") for d in declared}:
            mode += ",nocopy"
        binds.append(f"{hosts.get(source) or volume(task_id, source)}:{path}:{mode}")
    return {"volumes": binds or None}


def _network(definition, task_definition, private):
    mode = task_definition.get("networkMode", "bridge")
    if private is not None:
        return {"network": private.name, "extra_hosts": {"host.docker.internal": private.address}}
    if mode == "host":
        return {"network_mode": "host"}
    ports = {}
    for mapping in definition.get("portMappings") or []:
        key = f"{mapping['containerPort']}/{mapping.get('protocol', 'tcp')}"
        if mode == "bridge":
            ports[key] = mapping.get("hostPort") or None
        elif PUBLISH:
            ports[key] = ("127.0.0.1", None)
    return {"ports": ports or None, "extra_hosts": {"host.docker.internal": "host-gateway"}}
