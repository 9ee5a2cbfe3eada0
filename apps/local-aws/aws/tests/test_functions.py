import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from .. import load, upstream
from ..probes import delivery
from ..probes.client import query

ACCOUNT, REGION = "111111111111", "eu-west-1"
SEEN = """
import json, os, sys, importlib.util

def handler(event, context):
    found = [name for name in ("ministack", "botocore", "hypercorn", "aws", "yaml") if importlib.util.find_spec(name)]
    import own
    return {"found": found, "path": sys.path, "own": own.WORD, "environment": dict(os.environ), "cwd": os.getcwd()}
"""
ALONE = SEEN.replace("import own", "").replace("own.WORD", "''")
NODE = "export const handler = async (event) => ({ environment: { ...process.env }, event });"


class Functions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        load.load()

    def setUp(self):
        self.enterContext(upstream.request_scope(ACCOUNT, REGION))
        for name in ("lambda_svc", "iam", "cloudwatch_logs"):
            upstream.service(name).reset()
            self.addCleanup(upstream.service(name).reset)

    def seen(self, *arguments, **more):
        return delivery.invoke(delivery.function("seen", *arguments, **more))

    def test_a_python_function_finds_its_own_folder_and_the_standard_library_only(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, PYTHONPATH=folder):
            (Path(folder) / "yaml.py").write_text("")
            found = self.seen(ALONE)
        self.assertEqual([], found["found"])
        self.assertEqual([], [path for path in found["path"] if "site-packages" in path or "dist-packages" in path or path == folder])
        self.assertEqual(found["cwd"], found["path"][0])

    def test_it_imports_what_lies_beside_it(self):
        files = {"index_py": SEEN, "own_py": "WORD = 'beside it'"}
        with mock.patch.object(delivery, "zipped", lambda zipped=delivery.zipped, **_one: zipped(**files)):
            self.assertEqual("beside it", self.seen(SEEN)["own"])

    def sees_no_secret(self, environment, *of_the_process):
        """`of_the_process`: what the interpreter sets by itself."""
        self.assertLessEqual({"SHOP": "here", "AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": "seen"}.items(), environment.items())
        self.assertEqual("http://127.0.0.1:4599", environment["AWS_ENDPOINT_URL"])
        self.assertNotIn("STATE_DIR", environment)
        known = ("AWS_", "_LAMBDA_", "LAMBDA_TASK_ROOT", "_MINISTACK_", "LANG", "TZ", "PATH", "SHOP", "TMPDIR", "SSL_CERT_")
        self.assertEqual([], [name for name in environment if not name.startswith((*known, *of_the_process))])

    def test_the_environment_is_the_runtimes_and_the_functions(self):
        secrets = {"GITHUB_TOKEN": "t", "AWS_PROFILE": "p", "HOME": "/root", "STATE_DIR": "s", "NODE_OPTIONS": "--no-warnings"}
        for runtime, source in (("python3.13", ALONE), ("nodejs22.x", NODE)):
            with self.subTest(runtime=runtime), mock.patch.dict(os.environ, secrets, GATEWAY_PORT="4599"):
                found = self.seen(source, runtime=runtime, variables={"SHOP": "here"})
                self.sees_no_secret(found["environment"], "LC_CTYPE")
            upstream.service("lambda_svc").reset()

    def test_a_variable_of_the_function_is_there_even_if_the_host_has_the_same(self):
        with mock.patch.dict(os.environ, SHOP="here"):
            self.assertEqual("here", self.seen(ALONE, variables={"SHOP": "here"})["environment"]["SHOP"])

    def test_text_is_utf_8_whatever_the_hosts_language(self):
        with mock.patch.dict(os.environ, LANG="C", LC_ALL="C"):
            self.assertEqual(["utf-8", "ü"], self.seen("import sys\ndef handler(event, context):\n    return [sys.stdout.encoding, 'ü']"))

    def test_only_the_emulators_own_python_gets_the_flags(self):
        from ..patches import lambda_isolated

        self.assertEqual([sys.executable, "-I", "-S", "-X", "utf8", "worker.py"], lambda_isolated.command([sys.executable, "worker.py"]))
        self.assertEqual(["/no/such/bootstrap"], lambda_isolated.command(["/no/such/bootstrap"]))


class Logs(unittest.TestCase):
    def setUp(self):
        Functions.setUpClass()
        Functions.setUp(self)
        self.enterContext(mock.patch.object(upstream.gateway, "AUTH", True))
        self.arn = delivery.function("log", "def handler(event, context):\n    print('from the app')")

    def permit(self, *actions, resource=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/log:*"):
        statement = {"Effect": "Allow", "Action": [f"logs:{action}" for action in actions], "Resource": resource}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        query("iam", "PutRolePolicy", RoleName="probe", PolicyName="logs", PolicyDocument=policy)

    def logged(self):
        """The text of the function's log after one more invocation, or None without a group."""
        delivery.invoke(self.arn)
        group = upstream.service("cloudwatch_logs")._log_groups.get("/aws/lambda/log")
        return group and json.dumps(group["streams"])

    def test_what_its_role_may_not_write_is_not_written(self):
        upstream.service("cloudwatch_logs")._create_log_group({"logGroupName": "/aws/lambda/log"})
        self.assertEqual("{}", self.logged(), "no right")
        self.permit("PutLogEvents")
        self.assertEqual("{}", self.logged(), "no stream")
        self.permit("CreateLogStream", "PutLogEvents", resource=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/other:*")
        self.assertEqual("{}", self.logged(), "another function's")
        self.permit("CreateLogStream", "PutLogEvents")
        self.assertIn("from the app", self.logged())

    def test_a_group_that_is_gone_comes_back_only_by_a_role_that_may_make_it(self):
        self.permit("CreateLogStream", "PutLogEvents")
        self.assertIsNone(self.logged())
        self.permit("CreateLogGroup", "CreateLogStream", "PutLogEvents")
        self.assertIn("from the app", self.logged())
