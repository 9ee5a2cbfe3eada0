import types
import unittest

from .. import timing
from ..ecs import containers

TASK = "0123456789abcdef0123456789abcdef"


def given(container=None, task=None, override=None, volumes=()):
    definition = {"name": "app", "image": "i", **(container or {})}
    image = types.SimpleNamespace(attrs={"Config": {"Volumes": dict.fromkeys(volumes, {})}})
    return containers.arguments(definition, {"family": "f", **(task or {})}, TASK, {"A": "1"}, image, override)


class ContainerArguments(unittest.TestCase):
    def test_what_the_definition_asks_for_reaches_docker(self):
        requested = {
            "command": ["serve"],
            "entryPoint": ["/init"],
            "user": "10001",
            "workingDirectory": "/app",
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
        }
        found = given(requested)
        self.assertEqual((["serve"], ["/init"], "10001", "/app"), tuple(found[k] for k in ("command", "entrypoint", "user", "working_dir")))
        self.assertEqual((True, True, ["ALL"]), (found["read_only"], found["init"], found["cap_drop"]))

    def test_an_override_replaces_the_command(self):
        self.assertEqual(["migrate"], given({"command": ["serve"]}, override={"command": ["migrate"]})["command"])

    def test_an_images_own_health_check_is_never_run(self):
        self.assertEqual({"test": ["NONE"]}, given()["healthcheck"])

    def test_a_container_health_check_keeps_its_command_and_retries(self):
        check = given({"healthCheck": {"command": ["CMD-SHELL", "x"], "interval": 30, "retries": 5, "startPeriod": 60}})["healthcheck"]
        self.assertEqual((["CMD-SHELL", "x"], 5), (check["test"], check["retries"]))
        self.assertEqual(timing.container_health_interval(30) * containers.SECOND, check["interval"])

    def test_memory_is_limited_by_the_container_or_else_by_the_task(self):
        self.assertEqual("512m", given(task={"memory": "512"})["mem_limit"])
        self.assertEqual("128m", given({"memory": 128}, task={"memory": "512"})["mem_limit"])

    def test_a_task_volume_belongs_to_root_unless_the_image_declares_its_path(self):
        requested = {"mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp"}]}
        task = {"volumes": [{"name": "tmp"}]}
        self.assertEqual([f"slipway-{TASK[:12]}-tmp:/tmp:rw,nocopy"], given(requested, task)["volumes"])
        self.assertEqual([f"slipway-{TASK[:12]}-tmp:/tmp:rw"], given(requested, task, volumes=["/tmp/"])["volumes"])

    def test_a_read_only_mount_of_the_host_is_passed_on(self):
        requested = {"mountPoints": [{"sourceVolume": "d", "containerPath": "/d", "readOnly": True}]}
        task = {"volumes": [{"name": "d", "host": {"sourcePath": "/srv"}}]}
        self.assertEqual(["/srv:/d:ro"], given(requested, task)["volumes"])

    def test_only_bridge_mode_publishes_ports_where_containers_can_be_reached(self):
        ports = {"portMappings": [{"containerPort": 8000, "hostPort": 0}]}
        self.assertEqual({"8000/tcp": None}, given(ports, {"networkMode": "bridge"})["ports"])
        self.assertNotIn("network_mode", given(ports, {"networkMode": "awsvpc"}))
        self.assertEqual("host", given(ports, {"networkMode": "host"})["network_mode"])
