"""Whole requests, from the headers to the error, by a caller with one role."""
import asyncio
import json
import unittest
import unittest.mock
from urllib.parse import urlencode

from .. import load, upstream

ACCOUNT, REGION = "123456789012", "eu-west-1"
ROLES = f"arn:aws:iam::{ACCOUNT}:role"


class Evaluated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        load.load()
        cls.enterClassContext(unittest.mock.patch.object(upstream.gateway, "AUTH", True))

    def setUp(self):
        self.enterContext(upstream.request_scope(ACCOUNT, REGION))
        self.iam = upstream.service("iam")
        self.iam._roles.clear()
        self.iam._create_policy({"PolicyName": ["shop-boundary"], "PolicyDocument": [self.document("*", "*")]})
        self.role("caller")

    def document(self, *rights):
        statements = [
            {"Effect": effect, "Action": action, "Resource": resource, **({"Condition": condition} if condition else {})}
            for effect, action, resource, condition in self.statements(rights)
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": statements})

    @staticmethod
    def statements(rights):
        return rights if isinstance(rights[0], tuple) else [("Allow", *rights, None)]

    def role(self, name, path="/", boundary=None):
        params = {"RoleName": [name], "Path": [path], "AssumeRolePolicyDocument": ["{}"]}
        self.iam._create_role({**params, **({"PermissionsBoundary": [boundary]} if boundary else {})})

    def allow(self, *statements):
        self.iam._put_role_policy(
            {"RoleName": ["caller"], "PolicyName": ["p"], "PolicyDocument": [self.document(*statements)]}
        )

    def send(self, service, headers, body, method="POST", path="/", query=None, region=REGION):
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/caller/run"
        record = {"Arn": arn, "AccountId": ACCOUNT, "SecretAccessKey": "s", "PrincipalType": "AssumedRole"}
        upstream.service("sts").register_session("ASIACALLER", record)
        scope = f"AWS4-HMAC-SHA256 Credential=ASIACALLER/20260101/{region}/{service}/aws4_request"
        head = {"authorization": scope, **headers}
        answer = asyncio.run(upstream.gateway._dispatch_service_request(method, path, head, body, query or {}, "id"))
        return answer[0], answer[2].decode()

    def call_json(self, service, target, action, /, **data):
        head = {"x-amz-target": f"{target}.{action}", "content-type": "application/x-amz-json-1.1"}
        return self.send(service, head, json.dumps(data).encode())

    def call_iam(self, action, **params):
        return self.call_form("iam", Action=action, Version="2010-05-08", **params)

    def call_form(self, service, **form):
        return self.send(service, {"content-type": "application/x-www-form-urlencoded"}, urlencode(form).encode())

    def assertDenied(self, answer, what):
        status, text = answer
        self.assertIn(status, (400, 403))
        self.assertIn(f"is not authorized to perform: {what}", text)

    def assertLetThrough(self, answer):
        self.assertNotIn("is not authorized to perform", answer[1])
