import base64
import os
import types
import unittest
from unittest import mock

import docker

from ..ecs import images
from ..patches import ecr_login

ECR = "111122223333.dkr.ecr.eu-north-1.amazonaws.com/app/web"


class Images(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.dict(os.environ, {"GATEWAY_PORT": "4566"})
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_ecr_host_becomes_the_gateway_with_that_accounts_credentials(self):
        name, auth = images.local(f"{ECR}@sha256:aa")
        self.assertEqual("127.0.0.1:4566/app/web@sha256:aa", name)
        header = "Basic " + base64.b64encode(f"AWS:{auth['password']}".encode()).decode()
        self.assertEqual(("111122223333", "eu-north-1", ""), ecr_login.bearer_of(header))

    def test_other_registries_are_left_alone(self):
        self.assertEqual(("python:3.12", None), images.local("python:3.12"))

    def test_a_digest_in_the_name_is_the_digest(self):
        self.assertEqual("sha256:aa", images.digest(f"{ECR}@sha256:aa", None))

    def test_a_tags_digest_is_what_the_registry_gave(self):
        record = types.SimpleNamespace(attrs={"RepoDigests": ["other/web@sha256:bb", "127.0.0.1:4566/app/web@sha256:aa"]})
        self.assertEqual("sha256:aa", images.digest(f"{ECR}:v1", record))

    def test_a_registry_that_fails_is_asked_again_and_one_without_the_image_is_not(self):
        for text, calls in (("connection refused", 3), ("manifest unknown", 1)):
            error = docker.errors.APIError(text)
            with mock.patch.object(images, "_pull", side_effect=error) as pull, mock.patch("time.sleep"):
                with self.assertRaises(docker.errors.APIError):
                    images._pull_again(None, "127.0.0.1:1/a", {"username": "AWS"})
            self.assertEqual(calls, pull.call_count, text)

    def test_a_made_up_password_opens_nothing(self):
        for header in ("", "Basic", "Basic QVdTOmFueXRoaW5n", "Bearer x", "Basic !!"):
            self.assertIsNone(ecr_login.bearer_of(header), header)
