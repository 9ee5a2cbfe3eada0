import http.client
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import zipfile
from pathlib import Path

import botocore.config
import botocore.session
import dns.message
import dns.query
import dns.rcode

PACKAGE = Path(__file__).resolve().parents[1]
ACCOUNT, REGION = "111111111111", "eu-west-1"
SAVED = 1.0  # state is on disk 0.1 s after a change


class Restart(unittest.TestCase):
    """A gateway of its own, killed with SIGKILL."""

    def setUp(self):
        self.state = Path(self.enterContext(tempfile.TemporaryDirectory()))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None
        self.addCleanup(self.kill)

    def start(self):
        env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "GATEWAY_PORT": str(self.port), "SLIPWAY_BIND": "127.0.0.1"}
        env |= {"PERSIST_STATE": "1", "STATE_DIR": str(self.state), "MINISTACK_REGION": REGION}
        self.process = subprocess.Popen([sys.executable, "-m", "aws"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.until(lambda: self.own("health"))

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def own(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_slipway/{path}", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return None

    def until(self, found, seconds=30):
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            self.assertLess(time.monotonic(), deadline, "it did not come")
            time.sleep(0.05)
        return answer

    def client(self, service):
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x", "region_name": REGION}
        retry = botocore.config.Config(retries={"total_max_attempts": 1})
        session = botocore.session.get_session()
        return session.create_client(service, endpoint_url=f"http://127.0.0.1:{self.port}", config=retry, **keys)

    def ask(self, kind):
        address, port = self.until(lambda: self.own("dns")["resolver"]).split(":")
        return dns.query.udp(dns.message.make_query("example.com", kind), address, 5, int(port))

    def certificate(self):
        return self.client("acm").describe_certificate(CertificateArn=self.arn)["Certificate"]

    def test_zones_certificates_and_keys_survive_kill_9_at_each_step(self):
        self.start()
        self.assertEqual(None, self.own("dns")["resolver"], "nothing is open without a zone")
        made = self.client("route53").create_hosted_zone(Name="example.com", CallerReference="one")
        zone, servers = made["HostedZone"]["Id"], made["DelegationSet"]["NameServers"]
        self.assertEqual(dns.rcode.NXDOMAIN, self.ask("NS").rcode())
        acm = self.client("acm")
        self.arn = acm.request_certificate(DomainName="example.com", ValidationMethod="DNS")["CertificateArn"]
        asked = self.certificate()["DomainValidationOptions"][0]["ResourceRecord"]
        values = {"Name": asked["Name"], "Type": asked["Type"], "TTL": 60, "ResourceRecords": [{"Value": asked["Value"]}]}
        changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": values}]}
        self.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
        time.sleep(SAVED)
        self.kill()

        self.start()
        self.assertEqual("PENDING_VALIDATION", self.certificate()["Status"])
        self.assertEqual(dns.rcode.NXDOMAIN, self.ask("NS").rcode(), "it is open again without a request")
        Path(self.own("dns")["registrar"]).parent.mkdir(parents=True, exist_ok=True)
        Path(self.own("dns")["registrar"]).write_text(json.dumps({"example.com": servers}))
        self.until(lambda: self.certificate()["Status"] == "ISSUED")
        self.assertEqual(set(servers), {str(each).rstrip(".") for each in self.ask("NS").answer[0]})
        before = self.certificate()
        pem = self.client("acm").get_certificate(CertificateArn=self.arn)
        time.sleep(SAVED)
        self.kill()

        self.start()
        self.assertEqual(before["Serial"], self.certificate()["Serial"])
        self.assertEqual(pem["Certificate"], self.client("acm").get_certificate(CertificateArn=self.arn)["Certificate"])
        (key,) = (self.state / "edge/certificates").iterdir()
        self.assertEqual(0o600, key.stat().st_mode & 0o777)
        self.assertIn(pem["Certificate"], key.read_text())
        saved = [file.read_text() for file in self.state.glob("*.json")]
        self.assertFalse([text for text in saved if "PRIVATE KEY" in text], "keys are in no state file")
        self.client("acm").delete_certificate(CertificateArn=self.arn)
        self.assertFalse(key.exists())

    def answer(self, address, port, host):
        connection = http.client.HTTPConnection(address, port, timeout=5)
        connection.request("GET", "/a%20b?c", headers={"Host": host})
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers["location"]

    def refused(self, *where):
        try:
            return not self.answer(*where)
        except ConnectionRefusedError:
            return True

    def test_a_load_balancer_answers_as_soon_as_it_is_made_and_after_kill_9_at_the_same_address(self):
        self.start()
        self.assertIsNone(self.own("dns")["door"], "nothing is open without a load balancer")
        elb = self.client("elbv2")
        made = elb.create_load_balancer(Name="web")["LoadBalancers"][0]
        redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
        elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=8000, DefaultActions=[redirect])
        address, name = f"127.{self.port >> 8}.{self.port & 255}.2", made["DNSName"].lower()
        led = (301, f"https://{name}:443/a%20b?c")
        self.assertEqual(led, self.answer(address, 8000, name))
        self.assertEqual(led, self.answer("127.0.0.1", self.port, name), "the gateway's port still answers for it")
        door = self.own("dns")["door"].split(":")
        self.assertEqual((301, f"https://{name}:443/a%20b?c"), self.answer(*door, name))
        time.sleep(SAVED)
        self.kill()

        self.start()
        self.assertEqual(led, self.answer(address, 8000, name))
        self.client("elbv2").delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
        self.assertTrue(self.refused(address, 8000, name))
        elb = self.client("elbv2")
        again = elb.create_load_balancer(Name="again")["LoadBalancers"][0]
        elb.create_listener(LoadBalancerArn=again["LoadBalancerArn"], Protocol="HTTP", Port=8000, DefaultActions=[redirect])
        address = address.removesuffix("2") + "3"
        self.assertEqual(301, self.answer(address, 8000, again["DNSName"])[0])
        reset = urllib.request.Request(f"http://127.0.0.1:{self.port}/_ministack/reset", method="POST")
        urllib.request.urlopen(reset, timeout=10).close()
        self.until(lambda: self.refused(address, 8000, name))
        self.process.terminate()
        self.assertEqual(0, self.process.wait(15))

    def function(self):
        """The ARN of a function that tells which role it has."""
        trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
        role = self.client("iam").create_role(RoleName="hello", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as code:
            code.writestr("index.py", "import os\ndef handler(event, context):\n    return os.environ['AWS_ACCESS_KEY_ID'][:4]")
        made = {"FunctionName": "hello", "Runtime": "python3.13", "Handler": "index.handler", "Role": role}
        return self.client("lambda").create_function(**made, Code={"ZipFile": archive.getvalue()})["FunctionArn"]

    def test_an_api_its_function_and_its_permission_survive_kill_9(self):
        self.start()
        arn, api = self.function(), self.client("apigatewayv2")
        made = api.create_api(Name="api", ProtocolType="HTTP")["ApiId"]
        lambda_ = {"IntegrationType": "AWS_PROXY", "IntegrationUri": arn, "PayloadFormatVersion": "2.0"}
        to = api.create_integration(ApiId=made, **lambda_)["IntegrationId"]
        api.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
        api.create_route(ApiId=made, RouteKey="GET /hello", Target=f"integrations/{to}")

        def asked():
            # By the account that the key names: who asks without one asks the default account's APIs.
            key = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/execute-api/aws4_request"
            headers = {"Host": f"{made}.execute-api.localhost", "Authorization": key}
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/hello", headers=headers)
            answer = connection.getresponse()
            found = answer.status, answer.read().decode()
            connection.close()
            return found

        self.assertEqual(500, asked()[0], "nobody is permitted")
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{made}/*/*"
        granted = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
        self.client("lambda").add_permission(FunctionName="hello", StatementId="api", **granted)
        self.assertEqual((200, "ASIA"), asked(), "it has its role's credentials")
        time.sleep(SAVED)
        self.kill()

        self.start()
        self.assertEqual((200, "ASIA"), asked())
