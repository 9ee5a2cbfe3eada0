import json
import re
import unittest
from pathlib import Path

from .. import upstream

GOLDEN = Path(__file__).resolve().parents[3] / "infra/golden/staging/state.tf.json"
BUCKET = "arn:aws:s3:::states"


def policy():
    """The bucket policy of the stack `state`, with the bucket's ARN filled in."""
    (found,) = json.loads(GOLDEN.read_text())["resource"]["aws_s3_bucket_policy"].values()
    return re.sub(r"\$\{aws_s3_bucket\.\w+\.arn\}", BUCKET, found["policy"])


def decision(action, secure, version):
    context = upstream.iam_evaluator.EvalContext(
        principal_arn="arn:aws:iam::111111111111:root",
        principal_type="Root",
        principal_account="111111111111",
        action=action,
        resource_arn=f"{BUCKET}/staging/network.tfstate" if action.endswith("Object") else BUCKET,
        region="eu-west-1",
        secure_transport=secure,
        service_context={"s3:tlsversion": version} if version else {},
    )
    return upstream.iam_evaluator.evaluate_resource_policy(policy(), context).decision


class StatePolicy(unittest.TestCase):
    def test_plain_http_is_refused_even_to_the_account_itself(self):
        for action in ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteBucketPolicy"):
            self.assertEqual("Deny", decision(action, secure=False, version=None), action)

    def test_tls_before_1_2_is_refused_and_newer_is_not(self):
        self.assertEqual("Deny", decision("s3:GetObject", secure=True, version="1.1"))
        for version in ("1.2", "1.3"):
            self.assertEqual("ImplicitDeny", decision("s3:GetObject", secure=True, version=version), "left to the roles")
