"""How fast the edge answers, in milliseconds as JSON: python -m aws.tests.bench_edge (ten seconds, no docker).

A load balancer in front of an app of its own process, over HTTP and HTTPS in turn; DNS; and a distribution's cache."""
import contextlib
import http.client
import json
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import botocore.session
import dns.message
import dns.query

PACKAGE = Path(__file__).resolve().parents[1]
ACCOUNT, NAME, TIMES = "111111111111", "www.example.com", 300
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # AWS's own cache policy
APP = """
import http.server
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 1000)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Edge:
    """A gateway of its own, and what is measured behind it."""

    def __init__(self, state, port):
        self.port, self.stack = port, contextlib.ExitStack()
        env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "GATEWAY_PORT": str(port), "SLIPWAY_BIND": "127.0.0.1"}
        env |= {"STATE_DIR": state, "PERSIST_STATE": "1", "AUTH": "true"}
        quiet = {"env": env, "stderr": subprocess.DEVNULL}
        self._run([sys.executable, "-m", "aws"], stdout=subprocess.DEVNULL, **quiet)
        app = self._run([sys.executable, "-c", APP], stdout=subprocess.PIPE, **quiet)
        self.app_port = int(app.stdout.readline())
        until(self.facts)

    def _run(self, command, **more):
        process = subprocess.Popen(command, **more)
        self.stack.callback(lambda: (process.kill(), process.wait()))
        return process

    def facts(self):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_slipway/dns") as answer:
            return json.load(answer)

    def client(self, service, region="eu-west-1"):
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x", "region_name": region}
        return botocore.session.get_session().create_client(service, endpoint_url=f"http://127.0.0.1:{self.port}", **keys)

    def record(self, **record):
        changes = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        self.client("route53").change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=changes)

    def certificate(self):
        made = self.client("route53").create_hosted_zone(Name="example.com", CallerReference="bench")
        self.zone = made["HostedZone"]["Id"]
        registrar = Path(self.facts()["registrar"])
        registrar.parent.mkdir(parents=True, exist_ok=True)
        registrar.write_text(json.dumps({"example.com": made["DelegationSet"]["NameServers"]}))
        acm = self.client("acm")
        arn = acm.request_certificate(DomainName=NAME, ValidationMethod="DNS")["CertificateArn"]
        asked = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
        self.record(Name=asked["Name"], Type=asked["Type"], TTL=60, ResourceRecords=[{"Value": asked["Value"]}])
        until(lambda: acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")
        return arn

    def balancer(self, certificate):
        """The address of a load balancer in front of the app, with HTTP on port 8000 and HTTPS on 8001."""
        elb = self.client("elbv2")
        made = elb.create_load_balancer(Name="bench")["LoadBalancers"][0]
        group = elb.create_target_group(Name="bench", Protocol="HTTP", Port=self.app_port, TargetType="ip")
        group = group["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": self.app_port}])
        for port, more in ((8000, {"Protocol": "HTTP"}), (8001, {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificate}]})):
            forward = [{"Type": "forward", "TargetGroupArn": group}]
            elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Port=port, DefaultActions=forward, **more)
        alias = {"HostedZoneId": "Z1", "DNSName": made["DNSName"], "EvaluateTargetHealth": False}
        self.record(Name=NAME, Type="A", AliasTarget=alias)
        until(lambda: "healthy" in states(elb.describe_target_health(TargetGroupArn=group)))
        return str(self.ask_dns().answer[0][0])

    def ask_dns(self):
        address, port = self.facts()["resolver"].split(":")
        return dns.query.udp(dns.message.make_query(NAME, "A"), address, 5, int(port))

    def distribution(self):
        """The name of a distribution in front of a bucket with one file."""
        s3, cloudfront = self.client("s3"), self.client("cloudfront", "us-east-1")
        s3.create_bucket(Bucket="bench", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket="bench", Key="file", Body=b"x" * 10_000, CacheControl="max-age=3600")
        origin = {"Id": "bench", "DomainName": "bench.s3.eu-west-1.amazonaws.com", "OriginAccessControlId": "E1"}
        behavior = {"TargetOriginId": "bench", "ViewerProtocolPolicy": "https-only", "CachePolicyId": OPTIMIZED}
        config = {"CallerReference": "bench", "Comment": "", "Enabled": True, "DefaultCacheBehavior": behavior}
        config["Origins"] = {"Quantity": 1, "Items": [{**origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}]}
        made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
        allowed = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject"}
        only = {"Resource": "arn:aws:s3:::bench/*", "Condition": {"StringEquals": {"AWS:SourceArn": made["ARN"]}}}
        s3.put_bucket_policy(Bucket="bench", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, **only}]}))
        return made["DomainName"]

    def connect(self, at, context=None, host=NAME):
        connection = http.client.HTTPConnection(*at, timeout=10)
        connection.connect()
        if context is not None:
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        return connection


def ask(connection, host=NAME, path="/"):
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:200])
    return answer.headers


def states(answer):
    return [each["TargetHealth"]["State"] for each in answer["TargetHealthDescriptions"]]


def until(found, seconds=30):
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return answer


def timed(*steps, times=TIMES):
    """The median of each step in milliseconds; they take turns, so that a busy host slows all of them."""
    taken = [[] for _ in steps]
    for _ in range(times):
        for kept, step in zip(taken, steps):
            began = time.perf_counter()
            step()
            kept.append((time.perf_counter() - began) * 1000)
    return [statistics.median(each) for each in taken]


def measure(edge):
    address = edge.balancer(edge.certificate())
    trusting = ssl.create_default_context(cafile=edge.facts()["authority"])
    plain, secure = edge.connect((address, 8000)), edge.connect((address, 8001), trusting)

    def anew():
        with contextlib.closing(edge.connect((address, 8001), trusting)) as connection:
            ask(connection)

    http_ms, https_ms = timed(lambda: ask(plain), lambda: ask(secure))
    at, port = edge.facts()["resolver"].split(":")
    question = dns.message.make_query(NAME, "A")
    [connection_ms], [dns_ms] = timed(anew, times=100), timed(lambda: dns.query.udp(question, at, 5, int(port)))
    found = {"http": http_ms, "https": https_ms, "connection": connection_ms, "dns": dns_ms}
    return {**found, "hit": hit(edge)}


def hit(edge):
    name = edge.distribution()
    ports = edge.facts()["ports"]
    at = (f"127.{edge.port >> 8}.{edge.port & 255}.3", ports.get("443", 443))
    connection = edge.connect(at, ssl._create_unverified_context(), name)
    ask(connection, name, "/file")
    assert ask(connection, name, "/file")["x-cache"] == "Hit from cloudfront"
    return timed(lambda: ask(connection, name, "/file"))[0]


def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as state:
        edge = Edge(state, port)
        with edge.stack:
            print(json.dumps(measure(edge)))


if __name__ == "__main__":
    main()
