import json
import unittest
from unittest import mock

from .. import upstream
from ..ecs import inputs


class Inputs(unittest.TestCase):
    def setUp(self):
        scope = upstream.request_scope("123456789012", "eu-west-1")
        scope.__enter__()
        self.addCleanup(scope.__exit__, None, None, None)

    def put(self, name, value, kind="SecureString"):
        upstream.service("ssm")._put_parameter({"Name": name, "Value": value, "Type": kind, "Overwrite": True})

    def test_an_environment_file_has_comments_blank_lines_and_values_with_equals_signs(self):
        self.assertEqual({"A": "1", "B": "x=y", "C": ""}, inputs.parse("# note\n\nA=1\n B = x=y \nC=\nnothing\n"))

    def test_the_definition_wins_over_a_file_and_an_override_over_both(self):
        definition = {
            "environmentFiles": [{"value": "arn:aws:s3:::bucket/web.env"}],
            "environment": [{"name": "B", "value": "plain"}, {"name": "C", "value": "plain"}],
        }
        with mock.patch.object(upstream.service("s3"), "_get_object_data", return_value=b"A=file\nB=file\n") as read:
            found = inputs.environment(definition, {"environment": [{"name": "C", "value": "given"}]})
        read.assert_called_once_with("bucket", "web.env")
        self.assertEqual({"A": "file", "B": "plain", "C": "given"}, found)

    def test_a_missing_environment_file_stops_the_task_with_awss_words(self):
        with self.assertRaisesRegex(inputs.CannotRead, "failed to download env files.*web.env"):
            inputs.environment({"environmentFiles": [{"value": "arn:aws:s3:::none/web.env"}]})

    def test_a_secure_string_is_decrypted_by_name_and_by_arn(self):
        self.put("/web/KEY", "s3cret")
        for reference in ("/web/KEY", "arn:aws:ssm:eu-west-1:123456789012:parameter/web/KEY"):
            self.assertEqual({"K": "s3cret"}, inputs.environment({"secrets": [{"name": "K", "valueFrom": reference}]}))

    def test_a_missing_parameter_is_a_resource_initialization_error_that_names_it(self):
        reference = "arn:aws:ssm:eu-west-1:123456789012:parameter/web/NONE"
        with self.assertRaisesRegex(inputs.CannotRead, "^ResourceInitializationError: .* invalid parameters: /web/NONE$"):
            inputs.environment({"secrets": [{"name": "K", "valueFrom": reference}]})

    def test_one_key_of_a_secrets_manager_secret_is_taken(self):
        made = upstream.service("secretsmanager")._create_secret({"Name": "db", "SecretString": json.dumps({"user": "u"})})
        arn = json.loads(made[2])["ARN"]
        self.assertEqual({"K": "u"}, inputs.environment({"secrets": [{"name": "K", "valueFrom": f"{arn}:user::"}]}))
        with self.assertRaisesRegex(inputs.CannotRead, "did not contain json key other"):
            inputs.environment({"secrets": [{"name": "K", "valueFrom": f"{arn}:other::"}]})
