import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

from .. import load, selfcheck, server, settings
from ..probes import client, delivery, ecr, edge, iam, network, probes  # noqa: F401  importing them registers their probes

PACKAGE = Path(__file__).resolve().parents[1]
ECS_WITHOUT_PROBE = {
    "breaker",
    "events",
    "health",
    "history_api",
    "listening",
    "private_network",
    "rollout",
    "service_api",
    "target_api",
    "task_api",
    "task_health",
    "task_runner",
    "ways",
}
EDGE_WITH_PROBE = {
    "api_stages",
    "apis",
    "balancers",
    "cdn",
    "cdn_cache",
    "certificates",
    "distributions",
    "imports",
    "listeners",
    "quotas",
    "records",
    "users",
    "zones",
}


def with_path(**environment):
    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment}


class Load(unittest.TestCase):
    def test_every_patch_and_ecs_part_has_a_probe(self):
        ecs = {p.stem for p in (PACKAGE / "ecs").glob("*.py")} - {"__init__"} - ECS_WITHOUT_PROBE
        self.assertLessEqual({*load.names(), *ecs, *EDGE_WITH_PROBE}, set(client.PROBES))

    def test_every_part_of_the_edge_that_replaces_something_has_a_probe(self):
        hooks = re.compile(r"^@upstream\.(wrap|replace)|^upstream\.add_state", re.M)
        replacing = {file.stem for file in (PACKAGE / "edge").glob("*.py") if hooks.search(file.read_text())}
        self.assertEqual(EDGE_WITH_PROBE, replacing)

    def test_what_the_edge_needs_is_imported_with_the_first_zone_or_certificate(self):
        code = "from aws import settings; settings.read(); from aws import load; load.load(); import sys; print(*sys.modules)"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=with_path())
        self.assertIn("aws.edge.certificates", found.stdout)
        self.assertEqual([], [name for name in found.stdout.split() if name in ("dns", "cryptography", "aws.edge.lookup")])

    def test_every_patch_says_what_is_wrong_and_in_which_version(self):
        for file in (PACKAGE / "patches").glob("[a-z]*.py"):
            docstring = file.read_text().split('"""')[1]
            self.assertIn(f"ministack {settings.UPSTREAM}", docstring, file.name)

    def test_upstream_still_needs_each_part_and_each_part_cures(self):
        wrong = {name: text for name, text in selfcheck.findings() if text}
        self.assertEqual({}, wrong)

    def test_only_upstream_imports_ministack(self):
        importing = [
            str(p.relative_to(PACKAGE))
            for p in PACKAGE.rglob("*.py")
            if re.search(r"^\s*(from|import) ministack", p.read_text(), re.M)
        ]
        self.assertEqual(["upstream.py"], importing)

    def test_every_module_is_small(self):
        for file in PACKAGE.rglob("*.py"):
            lines = [line for line in file.read_text().splitlines() if line.strip()]
            self.assertLessEqual(len(lines), 300, file.name)
            self.assertLessEqual(max(map(len, lines), default=0), 140, file.name)


class Start(unittest.TestCase):
    def start(self, **environment):
        env = with_path(**{"GATEWAY_PORT": "4628", **environment})
        return subprocess.run(
            [sys.executable, "-m", "aws"], env=env, capture_output=True, text=True, timeout=30, check=False
        )

    def test_another_version_of_ministack_is_refused_with_the_remedy(self):
        with mock.patch("importlib.metadata.version", return_value="1.6.0"):
            from .. import __main__ as launcher

            with self.assertRaisesRegex(SystemExit, r"ministack \(1.6.0\) must be 1.5.33.*--require-hashes"):
                launcher.main()

    def test_a_port_in_use_is_one_sentence(self):
        import socket

        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            found = self.start(GATEWAY_PORT=str(port), SLIPWAY_BIND="127.0.0.1")
        self.assertEqual(1, found.returncode)
        self.assertEqual(
            f"Port {port} of 127.0.0.1 must be free; stop what listens there or set GATEWAY_PORT", found.stderr.strip()
        )

    def test_a_port_that_is_none_is_one_sentence(self):
        found = self.start(GATEWAY_PORT="http")
        self.assertEqual("GATEWAY_PORT (http) must be a port number; unset it to use 4566", found.stderr.strip())

    def test_a_quota_that_acm_gives_nobody_is_one_sentence(self):
        for names in ("0", "101", "many"):
            found = self.start(SLIPWAY_ACM_NAMES=names)
            self.assertEqual(
                f"SLIPWAY_ACM_NAMES ({names}) must be a number from 1 to 100; unset it for 10, which every account has",
                found.stderr.strip(),
            )

    def test_it_listens_on_loopback_and_the_docker_bridge_only(self):
        configuration = mock.Mock(bind=())
        with mock.patch("aws.docker.bridge_address", return_value="127.0.0.2"):
            self.assertEqual(("127.0.0.1", "127.0.0.2"), server.addresses(configuration))
        with mock.patch("aws.docker.bridge_address", return_value="203.0.113.9"):
            self.assertEqual(("127.0.0.1",), server.addresses(configuration), "an address of another host")
        self.assertEqual(("10.0.0.1",), server.addresses(mock.Mock(bind=("10.0.0.1",))))

    def test_every_requirement_is_pinned_with_hashes(self):
        text = (PACKAGE / "requirements.txt").read_text()
        entries = re.findall(r"^([a-z0-9-]+)==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.M)
        names = re.findall(r"^([A-Za-z0-9-]+)[=<>~]", text, re.M)
        self.assertEqual(names, [name for name, _ in entries])
        self.assertIn(f"ministack=={settings.UPSTREAM} ", text)
        self.assertNotRegex(text, r"https?://|find-links")
