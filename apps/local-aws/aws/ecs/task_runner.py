"""Runs one task from PROVISIONING to STOPPED: a thread each, the only one that calls docker for its containers.

Upstream (1.5.33) stops containers after a fixed 5 s without draining, runs no health check, and waits for nothing."""
import logging
import threading
import time

import docker as sdk

from .. import docker, persistence, server, timing, upstream
from . import containers, images, inputs, listening, logs, private_network, reach, targets, tasks

ecs = upstream.service("ecs")
log = logging.getLogger("slipway")


class TaskRunner(threading.Thread):
    def __init__(self, task, definition, overrides, account, region):
        super().__init__(daemon=True, name=f"slipway-task-{tasks.id_of(task)[:8]}")
        self.task, self.definition, self.scope = task, definition, (account, region)
        self.overrides = {o["name"]: o for o in overrides if o.get("name")}
        self.stop_requested = threading.Event()
        self.containers, self.followers, self.draining, self.tokens = [], [], [], []
        self.private = None  # the network of a task that is cut off

    def run(self):
        with upstream.request_scope(*self.scope):
            try:
                self._start()
                self._watch()
            except (images.CannotPull, inputs.CannotRead, logs.NoGroup, reach.NoWay) as error:
                self._failed_to_start(str(error))
            except sdk.errors.DockerException as error:
                self._failed_to_start(f"CannotStartContainerError: {getattr(error, 'explanation', None) or error}")
            except Exception as error:
                log.exception("task %s", self.task["taskArn"])
                self._failed_to_start(f"TaskFailedToStart: {error}")
            self._end()

    # start

    def _start(self):
        self._becomes("PENDING")
        self._reach()
        self._becomes("ACTIVATING", pullStartedAt=time.time())
        prepared = []
        for index, definition in enumerate(self.definition["containerDefinitions"]):
            override = self.overrides.get(definition["name"])
            environment = inputs.environment(definition, override)
            image = images.pull(definition["image"])
            prepared.append((index, definition, override, environment, image))
        self._change(pullStoppedAt=time.time())
        for volume in self._volumes():
            docker.create_volume(volume, {"slipway": server.current.id})
        for entry in prepared:
            if self.stop_requested.is_set():
                return
            self._run_container(*entry)
        self._becomes("RUNNING", startedAt=time.time(), connectivity="CONNECTED")
        self._register()

    def _reach(self):
        """What Fargate asks before a container runs. It tries for minutes to reach what there is no way to."""
        try:
            reach.check(self.task, self.definition)
        except reach.NoWay:
            self.stop_requested.wait(timing.UNREACHED_AFTER)
            raise
        if reach.is_cut_off(self.task, self.definition):
            self.private = private_network.find()

    def _run_container(self, index, definition, override, environment, image):
        task_id = tasks.id_of(self.task)
        environment = self._with_metadata(definition, environment)
        record = self.task["containers"][index]
        record["imageDigest"] = images.digest(definition["image"], image)
        arguments = containers.arguments(definition, self.definition, task_id, environment, image, override, self.private)
        container = docker.client().containers.create(image.id, labels=self._labels(definition), **arguments)
        self.containers.append(container)
        self.task.setdefault("_docker_ids", []).append(container.id)
        stream = logs.open_stream(definition, task_id, container.id)
        container.start()
        if stream:
            self.followers.append(logs.follow(container, stream))
        record.update(runtimeId=f"{task_id}-{container.id[:10]}", lastStatus="RUNNING")
        if len(self.containers) == 1:
            self._take_address(container)
        if self.task.get("_network_mode") == "awsvpc":
            record["networkInterfaces"] = [
                {"attachmentId": a["id"], "privateIpv4Address": self.task["_container_ip"]}
                for a in self.task["attachments"]
            ]

    def _volumes(self):
        own = [v["name"] for v in self.definition.get("volumes") or [] if not (v.get("host") or {}).get("sourcePath")]
        return [containers.volume(tasks.id_of(self.task), name) for name in own]

    def _with_metadata(self, definition, environment):
        region = self.scope[1]
        out = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"}
        launch = self.task.get("launchType") or "EC2"
        host, address = self.definition.get("networkMode") == "host", self.private and self.private.address
        token = ecs._register_metadata(
            self.task["taskArn"], self.task["clusterArn"], self.definition, definition, launch, out, host, address
        )
        self.tokens.append(token)
        return {**out, **environment}

    def _labels(self, definition):
        return {
            **upstream.own_labels("ecs"),
            "slipway": server.current.id,
            "com.amazonaws.ecs.cluster": self.task["clusterArn"],
            "com.amazonaws.ecs.container-name": definition["name"],
            "com.amazonaws.ecs.task-arn": self.task["taskArn"],
            "com.amazonaws.ecs.task-definition-family": self.definition["family"],
            "com.amazonaws.ecs.task-definition-version": str(self.definition["revision"]),
        }

    def _take_address(self, container):
        container.reload()
        settings = container.attrs["NetworkSettings"]
        networks = settings.get("Networks") or {}
        address = next((n["IPAddress"] for n in networks.values() if n.get("IPAddress")), "127.0.0.1")
        self.task["_container_ip"] = address
        self.task["_published"] = {
            key.partition("/")[0]: bound[0]["HostPort"] for key, bound in (settings.get("Ports") or {}).items() if bound
        }
        if self.task.get("_network_mode") == "awsvpc":
            details = [{"name": "privateIPv4Address", "value": address}]
            if self.task.get("_subnet"):
                details.insert(0, {"name": "subnetId", "value": self.task["_subnet"]})
            kind = "ElasticNetworkInterface"
            self.task["attachments"] = [
                {"id": ecs.new_uuid(), "type": kind, "status": "ATTACHED", "details": details}
            ]

    # the load balancer's side

    def _balancers(self):
        group = self.task.get("group") or ""
        service = ecs._services.get(f"{tasks.cluster_of(self.task)}/{group.partition('service:')[2]}")
        return [b for b in (service or {}).get("loadBalancers") or [] if b.get("targetGroupArn")]

    def _register(self):
        names = {c["name"] for c in self.definition["containerDefinitions"]}
        with tasks.lock:
            if self.stop_requested.is_set():
                return
            for balancer in self._balancers():
                if balancer.get("containerName") in names:
                    self._register_one(balancer["targetGroupArn"], int(balancer["containerPort"]))

    def _register_one(self, group, port):
        address, published = self.task["_container_ip"], self.task["_published"].get(str(port))
        if self.task.get("_network_mode") != "awsvpc" and published:
            target, endpoint = (address, int(published)), ("127.0.0.1", int(published))
        else:
            target = (address, port)
            endpoint = ("127.0.0.1", int(published)) if containers.PUBLISH and published else target
        targets.register(group, *target, endpoint)
        self.task.setdefault("_targets", []).append([group, *target])

    # watch

    def _watch(self):
        while not self.stop_requested.wait(timing.TASK_TICK):
            if tasks.closing.is_set():
                return
            ended = [c for c in self._inspect() if c["essential"]]
            if ended and not self.stop_requested.is_set():
                self._stopping("Essential container in task exited", "EssentialContainerExited", failed=True)
                return

    def _inspect(self):
        """Records health and exits. Returns the containers that exited since the last poll."""
        ended = []
        for index, container in enumerate(self.containers):
            record = self.task["containers"][index]
            if record["lastStatus"] == "STOPPED":
                continue
            try:
                container.reload()
            except sdk.errors.NotFound:
                container.attrs["State"] = {"Status": "exited", "ExitCode": 137}
            except sdk.errors.DockerException:
                continue
            definition = self.definition["containerDefinitions"][index]
            state = container.attrs["State"]
            if definition.get("healthCheck"):
                self._health(record, (state.get("Health") or {}).get("Status"))
            if state["Status"] in ("exited", "dead"):
                self._exited(record, state)
                ended.append({"essential": definition.get("essential", True)})
        return ended

    def _health(self, record, status):
        known = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(status, "UNKNOWN")
        if record.get("healthStatus") != known:
            record["healthStatus"] = known
            checked = [
                c.get("healthStatus")
                for c, d in zip(self.task["containers"], self.definition["containerDefinitions"], strict=True)
                if d.get("healthCheck") and d.get("essential", True)
            ]
            worst = next((s for s in ("UNHEALTHY", "UNKNOWN") if s in checked), "HEALTHY")
            self._change(healthStatus=worst if checked else "UNKNOWN")
            tasks.wake()

    def _exited(self, record, state):
        record.update(lastStatus="STOPPED", exitCode=state.get("ExitCode"))
        if state.get("OOMKilled"):
            record["reason"] = "OutOfMemoryError: Container killed due to memory usage"

    # stop

    def _say_what_it_answers(self):
        """Gives the container that failed the load balancer's checks a reason, while it still runs."""
        port, code, description = self.task["_unanswered"]
        # A target of a task in bridge mode has the host's port.
        port = next((int(own) for own, host in self.task["_published"].items() if int(host) == port), port)
        for index, definition in enumerate(self.definition["containerDefinitions"][: len(self.containers)]):
            if port not in [mapping.get("containerPort") for mapping in definition.get("portMappings") or []]:
                continue
            mismatch = code == "Target.ResponseCodeMismatch"
            reason = description if mismatch else listening.explain(self.containers[index], port)
            if reason:
                self.task["containers"][index]["reason"] = reason

    def _failed_to_start(self, reason):
        if not self.stop_requested.is_set() and not tasks.closing.is_set():
            self._stopping(reason, "TaskFailedToStart", failed=True)

    def _stopping(self, reason, code, failed=False):
        tasks.mark_stopping(self.task, reason, code, failed)

    def _end(self):
        """Drains, sends SIGTERM, waits stopTimeout, sends SIGKILL, reads the last log lines and removes the containers."""
        if tasks.closing.is_set():
            return
        started = self.task["lastStatus"] == "RUNNING"
        if started and self.task.get("_unanswered"):
            self._say_what_it_answers()
        if started:
            self._becomes("DEACTIVATING")
        for gone in tasks.drain(self.task):
            gone.wait()
        self._becomes("STOPPING")
        stops = [threading.Thread(target=self._stop, args=(i,), daemon=True) for i in range(len(self.containers))]
        for thread in stops:
            thread.start()
        for thread in stops:
            thread.join()
        self._change(executionStoppedAt=time.time())
        self._becomes("DEPROVISIONING")
        for follower in self.followers:
            follower.join(3)
        self._remove()
        self._becomes("STOPPED", stoppedAt=time.time())

    def _stop(self, index):
        container, record = self.containers[index], self.task["containers"][index]
        seconds = tasks.stop_seconds(self.definition["containerDefinitions"][index])
        try:
            if record["lastStatus"] != "STOPPED":
                container.stop(timeout=seconds)  # the image's stop signal, then SIGKILL
                container.reload()
                self._exited(record, container.attrs["State"])
        except sdk.errors.DockerException as error:
            log.debug("stop %s: %s", container.name, error)
        record["lastStatus"] = "STOPPED"

    def _remove(self):
        for container in self.containers:
            try:
                container.remove(v=True, force=True)
            except sdk.errors.DockerException as error:
                log.debug("remove %s: %s", container.name, error)
        for volume in self._volumes():
            docker.remove_volume(volume)
        for token in self.tokens:
            ecs.ecs_metadata.unregister_token(token)
        self.task["_docker_ids"] = []
        tasks.runners.pop(self.task["taskArn"], None)

    # the record

    def _change(self, **fields):
        with tasks.lock:
            self.task.update(fields)
        persistence.touch("ecs")

    def _becomes(self, status, **fields):
        with tasks.lock:
            if self.task["lastStatus"] == "STOPPED":
                return
            ecs._bump_task_version(self.task)
            self.task.update(lastStatus=status, **fields)
            if status == "STOPPED":
                for container in self.task["containers"]:
                    container["lastStatus"] = "STOPPED"
        ecs.ecs_metadata.set_task_status(self.task["taskArn"], known_status=status)
        persistence.touch("ecs")
        tasks.wake()


def begin(task, definition, overrides, _docker, account, region):
    """Replaces upstream's worker, which is called in a thread for the new task."""
    runner = TaskRunner(task, definition, overrides, account, region)
    task["_checked"] = any(c.get("healthCheck") and c.get("essential", True) for c in definition["containerDefinitions"])
    with tasks.lock:
        tasks.runners[task["taskArn"]] = runner
        if task.get("desiredStatus") == "STOPPED":
            runner.stop_requested.set()
    runner.start()
