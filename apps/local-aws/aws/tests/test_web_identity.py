import asyncio
import json
import os
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock
from urllib.parse import urlencode
from xml.etree import ElementTree

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from .. import upstream
from ..patches import sts_web_identity

ISSUER, HOST = "https://token.actions.githubusercontent.com", "token.actions.githubusercontent.com"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-apply"
SUBJECTS = ["repo:acme/shop:environment:staging", "repo:acme@1/shop@2:environment:staging"]


class WebIdentity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        cls.other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(cls.key.public_key())), "kid": "one", "alg": "RS256"}
        cls.file = Path(cls.folder.name, "keys.json")
        cls.file.write_text(json.dumps({"issuer": ISSUER, "keys": [jwk]}))

    def setUp(self):
        self.enterContext(mock.patch.dict(os.environ, {"SLIPWAY_ISSUER": str(self.file)}))
        self.enterContext(upstream.request_scope(ACCOUNT, "eu-west-1"))
        iam = upstream.service("iam")
        for store in (iam._roles, iam._oidc_providers):
            store.clear()
        conditions = {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": SUBJECTS}}
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": conditions,
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam._create_oidc_provider({"Url": [ISSUER], "ClientIDList.member.1": ["sts.amazonaws.com"]})
        iam._create_role({"RoleName": ["shop-apply"], "AssumeRolePolicyDocument": [trust]})

    def token(self, key=None, kid="one", algorithm="RS256", **claims):
        now = int(time.time())
        said = {"iss": ISSUER, "aud": "sts.amazonaws.com", "sub": SUBJECTS[0], "iat": now, "exp": now + 60, **claims}
        return jwt.encode(said, key or self.key, algorithm=algorithm, headers={"kid": kid})

    def assume(self, token=None, role=ROLE, **params):
        form = {"Action": "AssumeRoleWithWebIdentity", "RoleArn": role, "RoleSessionName": "run", **params}
        body = urlencode({**form, "WebIdentityToken": token or self.token()}).encode()
        head = {"content-type": "application/x-www-form-urlencoded"}
        status, _, text = asyncio.run(upstream.service("sts").handle_request("POST", "/", head, body, {}))
        return status, {element.tag.split("}")[1]: element.text for element in ElementTree.fromstring(text).iter()}

    def assertRejected(self, code, text, **params):
        status, answer = self.assume(**params)
        self.assertGreaterEqual(status, 400)
        self.assertEqual(code, answer["Code"])
        self.assertIn(text, answer["Message"])

    def test_a_signed_token_of_a_trusted_job_gets_credentials_of_the_roles_account(self):
        for subject in SUBJECTS:
            status, answer = self.assume(self.token(sub=subject))
            self.assertEqual(200, status)
            self.assertEqual(subject, answer["SubjectFromWebIdentityToken"])
            self.assertEqual(f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}", answer["Provider"])
            session = upstream.service("sts")._sessions[answer["AccessKeyId"]]
            self.assertEqual(ACCOUNT, session["AccountId"])

    def test_a_session_tells_by_which_provider_it_came(self):
        _, answer = self.assume()
        identity = upstream.iam_evaluator.resolve_credential(answer["AccessKeyId"], ACCOUNT)
        keys = upstream.iam_evaluator._principal_keys(identity)
        self.assertEqual(f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}", keys["aws:federatedprovider"])

    def test_a_token_that_somebody_else_signed_or_changed_is_refused(self):
        self.assertRejected("InvalidIdentityToken", "could not be verified", token=self.token(key=self.other_key))
        head, _, signature = self.token(sub="repo:acme/shop:environment:plan").split(".")
        changed = ".".join([head, self.token().split(".")[1], signature])
        self.assertRejected("InvalidIdentityToken", "could not be verified", token=changed)

    def test_a_token_without_signature_or_signed_with_a_shared_secret_is_refused(self):
        unsigned = jwt.encode({"iss": ISSUER, "sub": SUBJECTS[0]}, None, algorithm="none", headers={"kid": "one"})
        self.assertRejected("InvalidIdentityToken", "could not be verified", token=unsigned)
        with_secret = self.token(key="secret" * 8, algorithm="HS256")
        self.assertRejected("InvalidIdentityToken", "could not be verified", token=with_secret)
        self.assertRejected("InvalidIdentityToken", "not a valid JWT", token="a.b.c")

    def test_a_token_of_another_issuer_or_with_an_unknown_key_is_refused(self):
        self.assertRejected("InvalidIdentityToken", "No OpenIDConnect provider", token=self.token(iss="https://evil.example"))
        self.assertRejected("InvalidIdentityToken", "has no key two", token=self.token(kid="two"))

    def test_without_the_issuers_keys_nobody_is_let_in(self):
        with mock.patch.dict(os.environ, {"SLIPWAY_ISSUER": ""}):
            self.assertRejected("InvalidIdentityToken", "SLIPWAY_ISSUER (not set)")

    def test_a_token_that_expired_or_is_for_another_audience_is_refused(self):
        self.assertRejected("ExpiredTokenException", "expired", token=self.token(exp=int(time.time()) - 1))
        self.assertRejected("InvalidIdentityToken", "audience", token=self.token(aud="https://github.com/acme"))

    def test_other_subjects_get_nothing(self):
        for subject in (
            "repo:fork/shop:environment:staging",
            "repo:acme/shop:environment:production",
            "repo:acme/shop:ref:refs/heads/main",
            "repo:acme/shop:pull_request",
            "repo:acme@1/shop@3:environment:staging",
            "repo:ACME/shop:environment:staging",
        ):
            self.assertRejected("AccessDenied", "Not authorized", token=self.token(sub=subject))

    def test_a_role_that_is_not_there_is_refused_like_one_that_does_not_trust(self):
        self.assertRejected("AccessDenied", "Not authorized", role=f"arn:aws:iam::{ACCOUNT}:role/none")
        self.assertRejected("AccessDenied", "Not authorized", role=f"arn:aws:iam::{ACCOUNT}:role/path/shop-apply")

    def test_a_session_is_as_long_as_the_role_allows(self):
        self.assertRejected("ValidationError", "MaxSessionDuration", DurationSeconds="3601")
        self.assertRejected("ValidationError", "at least 900", DurationSeconds="60")
        self.assertEqual(200, self.assume(DurationSeconds="900")[0])

    def test_a_session_policy_narrows_the_session(self):
        policy = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}})
        _, answer = self.assume(Policy=policy)
        self.assertEqual(policy, upstream.service("sts")._sessions[answer["AccessKeyId"]]["SessionPolicies"]["Policy"])
        self.assertIs(sts_web_identity.sts, upstream.service("sts"))
