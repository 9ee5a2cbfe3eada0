import asyncio
import json

from .. import upstream
from ..edge import fronts, users
from ..probes import delivery
from ..probes.client import call, query
from .delivery_fixture import DeliveryCase, ask
from .edge_fixture import ACCOUNT, ACM, OTHER, REGION

NAME = "api.example.com"
ECHO = """
import json

def handler(event, context):
    if event["rawPath"] == "/fail":
        raise ValueError("a secret of the app")
    asked = event["requestContext"]
    seen = {"path": event["rawPath"], "query": event.get("queryStringParameters"), "domain": asked["domainName"]}
    seen.update(prefix=asked.get("domainPrefix"), client=asked["http"]["sourceIp"], headers=event["headers"])
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(seen), "cookies": ["a=1", "b=2"]}
"""


class Domains(DeliveryCase):
    def refused(self, name, arn):
        status, answer = delivery.domain(name, arn)
        return (status, answer.get("__type"), answer.get("message", ""))

    def test_a_domain_with_a_certificate_of_its_region_that_covers_it(self):
        arn = self.certificate("example.com", "*.example.com", region=REGION)
        status, made = delivery.domain(NAME, arn)
        self.assertEqual(201, status)
        given = made["domainNameConfigurations"][0]
        self.assertEqual((arn, "REGIONAL", "AVAILABLE"), (given["certificateArn"], given["endpointType"], given["domainNameStatus"]))

    def test_another_certificate_is_refused(self):
        bad = {
            self.certificate(NAME, region="us-east-1"): f"Certificate must be in '{REGION}'.",
            self.certificate(NAME, region=REGION, issued=False): "must exist and be issued",
            self.certificate(NAME, region=REGION, account=OTHER): "must exist and be issued",
            self.certificate(NAME, region=REGION).replace("certificate/", "certificate/0"): "must exist and be issued",
            self.certificate("www.example.com", region=REGION): "not covered by the provided certificate",
            "": "Invalid certificate ARN",
        }
        for arn, text in bad.items():
            status, kind, message = self.refused(NAME, arn)
            self.assertEqual((400, "BadRequestException"), (status, kind), arn)
            self.assertIn(text, message)
        self.assertEqual([], self.rest._domain_names.values())

    def test_a_name_is_one_domains_in_a_region(self):
        delivery.domain(NAME, self.certificate(NAME, region=REGION))
        self.assertEqual((409, "ConflictException"), self.refused(NAME, self.certificate(NAME, region=REGION))[:2])
        with self.account(OTHER):
            self.assertEqual((409, "ConflictException"), self.refused(NAME, self.certificate(NAME, region=REGION, account=OTHER))[:2])
        with self.account(OTHER, "us-east-1"):
            self.assertEqual(201, delivery.domain(NAME, self.certificate(NAME, account=OTHER))[0])

    def test_a_change_to_another_certificate_is_checked_and_the_old_one_is_free_after_it(self):
        first, second = (self.certificate(NAME, region=REGION) for _ in range(2))
        delivery.domain(NAME, first)
        user = f"arn:aws:apigateway:{REGION}::/domainnames/{NAME}"
        self.assertEqual([user], users.of(first))
        self.assertIn("ResourceInUseException", json.dumps(call("acm", ACM, "DeleteCertificate", CertificateArn=first)))

        def change(arn):
            return delivery.v2("PATCH", f"/domainnames/{NAME}", domainNameConfigurations=[{"certificateArn": arn}])[0]

        self.assertEqual(400, change(self.certificate("www.example.com", region=REGION)))
        self.assertEqual(200, change(second))
        self.assertEqual(([], [user]), (users.of(first), users.of(second)))


class ApiCase(DeliveryCase):
    stage = {}

    def setUp(self):
        super().setUp()
        self.function = delivery.function("echo", ECHO)
        allowed = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        query("iam", "PutRolePolicy", RoleName="probe", PolicyName="logs", PolicyDocument=policy)
        self.id = delivery.http_api(self.function, ["GET /items/{id}", "ANY /fail"], **self.stage)
        delivery.domain(NAME, self.certificate(NAME, region=REGION))
        delivery.v2("POST", f"/domainnames/{NAME}/apimappings", apiId=self.id, stage="$default")
        [self.front] = [front for front in fronts.listed() if front.kind == "api"]

    def permit(self, source="*/*", principal="apigateway.amazonaws.com", **more):
        given = {"StatementId": f"s{source}", "Action": "lambda:InvokeFunction", "Principal": principal}
        arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{source}" if source else None
        data = {**given, **({"SourceArn": arn} if arn else {}), **more}
        self.assertEqual(201, delivery.lambdas("POST", "/2015-03-31/functions/echo/policy", data)[0])

    def ask(self, path="/items/7", **more):
        return ask(self.front, path=path, **{"host": NAME, **more})


class Requests(ApiCase):
    def test_a_function_answers_behind_the_domain(self):
        self.permit(f"{self.id}/*/*")
        status, fields, content = self.ask(query="a=1&a=2", client="127.0.0.9", user_agent="test")
        seen = json.loads(content)
        self.assertEqual((200, ["a=1", "b=2"]), (status, fields["set-cookie"]))
        self.assertEqual(("/items/7", {"a": "1,2"}), (seen["path"], seen["query"]))
        self.assertEqual((NAME, "api", "127.0.0.9"), (seen["domain"], seen["prefix"], seen["client"]))
        wanted = {"host": NAME, "x-forwarded-proto": "https", "x-forwarded-port": "443", "x-forwarded-for": "127.0.0.9"}
        self.assertLessEqual({**wanted, "user-agent": "test"}.items(), seen["headers"].items())

    def test_what_no_route_takes_is_not_found(self):
        self.permit(f"{self.id}/*/*")
        for path, method in (("/other", "GET"), ("/items/7", "POST"), (f"/_aws/execute-api/{self.id}/$default/items/7", "GET")):
            self.assertEqual((404, b'{"message":"Not Found"}'), self.ask(path, method=method)[::2], path)

    def test_another_name_and_a_domain_without_an_api_are_refused(self):
        self.permit(f"{self.id}/*/*")
        for host in ("www.example.com", self.front.names[0], ""):
            self.assertEqual((403, b'{"message":"Forbidden"}'), self.ask(host=host)[::2], host)
        self.rest._base_path_mappings[NAME].clear()
        self.assertEqual(403, self.ask()[0])

    def test_only_who_a_function_permits_may_invoke_it(self):
        failed = (500, b'{"message":"Internal Server Error"}')
        self.assertEqual(failed, self.ask()[::2], "nobody")
        self.permit("another/*/*")
        self.permit("", principal="s3.amazonaws.com", StatementId="other-service")
        self.permit(f"{self.id}/*/POST/items/*")
        self.assertEqual(failed, self.ask()[::2], "another API, service and route")
        self.permit(f"{self.id}/$default/GET/items/*")
        self.assertEqual(200, self.ask()[0])

    def test_a_function_that_is_gone_or_fails_tells_the_client_nothing(self):
        self.permit(f"{self.id}/*/*")
        status, _fields, content = self.ask("/fail")
        self.assertEqual((500, b'{"message":"Internal Server Error"}'), (status, content))
        [group] = [group for group in self.logs._log_groups.values() if "/aws/lambda/echo" in group["arn"]]
        self.assertIn("a secret of the app", json.dumps(group["streams"]), "its log has it")
        delivery.lambdas("DELETE", "/2015-03-31/functions/echo")
        self.assertEqual(500, self.ask()[0])

    def test_the_default_endpoint_is_closed_when_it_is_off(self):
        self.permit(f"{self.id}/*/*")

        def by_default(host, path):
            answer = upstream.gateway._handle_execute_api_request(host, path, "GET", {"host": host}, b"", {})
            return asyncio.run(answer)[0]

        ways = ((f"{self.id}.execute-api.localhost:4566", "/items/7"), ("localhost", f"/_aws/execute-api/{self.id}/$default/items/7"))
        for host, path in ways:
            self.assertEqual(404, by_default(host, path))
        delivery.v2("PATCH", f"/apis/{self.id}", disableExecuteApiEndpoint=False)
        self.assertEqual([200, 200], [by_default(host, path) for host, path in ways])

    def test_another_accounts_api_is_not_reached(self):
        with self.account(OTHER):
            delivery.domain("their.example.com", self.certificate("their.example.com", region=REGION, account=OTHER))
            delivery.v2("POST", "/domainnames/their.example.com/apimappings", apiId=self.id, stage="$default")
        [theirs] = [front for front in fronts.listed() if front.id == "their.example.com"]
        self.permit(f"{self.id}/*/*")
        self.assertEqual(403, ask(theirs, path="/items/7", host="their.example.com")[0])
