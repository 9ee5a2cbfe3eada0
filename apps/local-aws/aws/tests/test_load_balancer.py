import asyncio
import json
import re

from .. import upstream
from ..probes.client import one, query
from ..probes.probes import bucket
from .edge_fixture import ACCOUNT, OTHER, EdgeCase

DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
ELB = "elasticloadbalancing"


def members(attributes):
    pairs = enumerate(attributes.items(), 1)
    return {f"Attributes.member.{n}.{part}": text for n, pair in pairs for part, text in zip(("Key", "Value"), pair)}


def read(answer):
    return dict(re.findall("<Key>([^<]*)</Key><Value>([^<]*)</Value>", answer))


class Balancer(EdgeCase):
    def setUp(self):
        super().setUp()
        self.s3 = upstream.service("s3")
        self.s3.reset()
        self.addCleanup(self.s3.reset)
        self.balancer = one(query(ELB, "CreateLoadBalancer", Name="web"), "LoadBalancerArn")

    def modify(self, **attributes):
        named = {f"access_logs.s3.{name}": text for name, text in attributes.items()}
        return query(ELB, "ModifyLoadBalancerAttributes", LoadBalancerArn=self.balancer, **members(named))

    def logs(self):
        found = read(query(ELB, "DescribeLoadBalancerAttributes", LoadBalancerArn=self.balancer))
        return {name.removeprefix("access_logs.s3."): text for name, text in found.items() if name.startswith("access_logs.")}

    def logs_bucket(self, name="logs", path=f"AWSLogs/{ACCOUNT}/*", principal=DELIVERY, deny=None):
        bucket("PUT", name)
        statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/{path}"}
        policy = {"Version": "2012-10-17", "Statement": [statement, *([deny] if deny else [])]}
        self.assertEqual(204, bucket("PUT", name, body=json.dumps(policy).encode(), policy="")[0])
        return name


class AccessLogs(Balancer):
    def assertRefused(self, name, **more):
        answer = self.modify(enabled="true", bucket=name, **more)
        self.assertEqual("InvalidConfigurationRequest", one(answer, "Code"), name)
        self.assertIn(f"Access Denied for bucket: {name}. Please check S3bucket permission", answer)
        self.assertEqual({"enabled": "false"}, self.logs())

    def test_a_file_is_written_to_try_the_bucket_and_the_attributes_are_read_back(self):
        only_tls = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/*"}
        only_tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
        self.logs_bucket(deny=only_tls)
        self.modify(enabled="true", bucket="logs")
        self.assertEqual({"enabled": "true", "bucket": "logs"}, self.logs())
        written = f"AWSLogs/{ACCOUNT}/ELBAccessLogTestFile"
        self.assertEqual(200, bucket("HEAD", "logs", key=written)[0])
        self.modify(enabled="true", bucket="logs", prefix="web")
        self.assertEqual({"enabled": "true", "bucket": "logs"}, self.logs(), "the policy allows nothing under web/")

    def test_a_bucket_that_is_not_there_or_of_another_region_is_refused(self):
        self.assertRefused("logs")
        with self.account(ACCOUNT, "us-east-1"):
            self.logs_bucket()
        self.assertRefused("logs")

    def test_a_policy_that_does_not_let_delivery_write_is_refused(self):
        bucket("PUT", "bare")
        self.assertRefused("bare")
        self.assertRefused(self.logs_bucket("others", path=f"AWSLogs/{OTHER}/*"))
        self.assertRefused(self.logs_bucket("service", principal={"Service": "delivery.logs.amazonaws.com"}))
        denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::denied/*"}
        self.assertRefused(self.logs_bucket("denied", deny=denied))

    def test_a_bucket_with_a_key_of_kms_is_refused(self):
        self.logs_bucket()
        rule = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
        configuration = f"<ServerSideEncryptionConfiguration><Rule>{rule}</Rule></ServerSideEncryptionConfiguration>"
        self.assertEqual(200, bucket("PUT", "logs", body=configuration.encode(), encryption="")[0])
        self.assertRefused("logs")

    def test_a_bucket_of_another_account_is_written_when_its_policy_allows_this_one(self):
        with self.account(OTHER):
            self.logs_bucket()
        self.modify(enabled="true", bucket="logs")
        self.assertEqual("true", self.logs()["enabled"])
        with self.account(OTHER):
            self.assertEqual(200, bucket("HEAD", "logs", key=f"AWSLogs/{ACCOUNT}/ELBAccessLogTestFile")[0])

    def test_other_attributes_and_off_ask_for_no_bucket(self):
        self.logs_bucket()
        self.modify(enabled="true", bucket="logs")
        self.s3.reset()
        query(ELB, "ModifyLoadBalancerAttributes", LoadBalancerArn=self.balancer, **members({"idle_timeout.timeout_seconds": "61"}))
        self.modify(enabled="false")
        self.assertEqual("false", self.logs()["enabled"])


class Redirects(Balancer):
    def location(self, path, raw_path=None, query_string="", config=None):
        redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301", **(config or {})}}
        headers = {"host": "www.example.com", "x-forwarded-proto": "http", "x-forwarded-port": "80"}
        asked = (redirect, "GET", path, headers, b"", {}, query_string, raw_path)
        status, answer, _body = asyncio.run(self.alb._execute_action(*asked))
        self.assertEqual(301, status)
        return answer["Location"]

    def test_host_path_and_query_are_as_the_client_wrote_them(self):
        for raw, path in (("/a%20b", "/a b"), ("/%E2%82%AC/", "/€/"), ("/a%2Fb", "/a/b"), ("//a", "//a"), ("/", "/")):
            self.assertEqual(f"https://www.example.com:443{raw}?q=%20&q=2", self.location(path, raw, "q=%20&q=2"))

    def test_a_line_end_stays_within_the_path(self):
        for raw in ("/%0d%0aSet-Cookie:%20a=b", "/#{path}/%0d%0aSet-Cookie:%20a=b"):
            self.assertEqual(f"https://www.example.com:443{raw}", self.location(raw.replace("%0d%0a", "\r\n").replace("%20", " "), raw))

    def test_a_path_that_is_known_decoded_only_is_encoded(self):
        self.assertEqual("https://www.example.com:443/a%20b%0D%0A%25", self.location("/a b\r\n%"))

    def test_a_path_of_the_redirect_itself_is_kept(self):
        self.assertEqual("https://www.example.com:443/new/a%20b", self.location("/a b", "/a%20b", config={"Path": "/new/#{path}"}))
        self.assertEqual("https://www.example.com:443/fixed", self.location("/a b", "/a%20b", config={"Path": "/fixed"}))


class TargetGroups(EdgeCase):
    def test_stickiness_and_slow_start_are_read_back(self):
        made = query(ELB, "CreateTargetGroup", Name="web", Protocol="HTTP", Port=80, TargetType="ip")
        group = {"TargetGroupArn": one(made, "TargetGroupArn")}
        given = {
            "slow_start.duration_seconds": "60",
            "stickiness.enabled": "true",
            "stickiness.type": "app_cookie",
            "stickiness.app_cookie.cookie_name": "sessionid",
            "stickiness.app_cookie.duration_seconds": "600",
        }
        query(ELB, "ModifyTargetGroupAttributes", **group, **members(given))
        found = read(query(ELB, "DescribeTargetGroupAttributes", **group))
        self.assertEqual(given, {name: found.get(name) for name in given})
