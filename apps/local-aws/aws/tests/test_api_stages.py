import json

from ..edge import api_stages
from ..probes import delivery
from .edge_fixture import ACCOUNT, REGION
from .test_apis import NAME, ApiCase

GROUP = "/aws/apigateway/api"
NAMES = "requestId routeKey path httpMethod status responseLength identity.sourceIp identity.userAgent domainName accountId authorizer.sub"
FORMAT = json.dumps({name: f"$context.{name}" for name in NAMES.split()})


class Log(ApiCase):
    stage = {"accessLogSettings": {"destinationArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}", "format": FORMAT}}

    def setUp(self):
        super().setUp()
        self.logs._create_log_group({"logGroupName": GROUP})

    def lines(self):
        streams = self.logs._log_groups[GROUP]["streams"].values()
        return [event["message"] for stream in streams for event in stream["events"]]

    def test_each_request_is_a_line(self):
        self.permit(f"{self.id}/*/*")
        _status, fields, content = self.ask("/items/a%20b", user_agent='"quoted"', client="127.0.0.9")
        self.ask("/nowhere")
        first, second = map(json.loads, self.lines())
        wanted = {"routeKey": "GET /items/{id}", "path": "/items/a b", "httpMethod": "GET", "status": "200"}
        wanted.update({"identity.sourceIp": "127.0.0.9", "domainName": NAME, "accountId": ACCOUNT, "authorizer.sub": "-"})
        wanted["responseLength"] = str(len(content))
        wanted.update({"requestId": fields["apigw-requestid"], "identity.userAgent": '"quoted"'})
        self.assertEqual(wanted, first)
        self.assertEqual(("404", "-", "/nowhere"), (second["status"], second["routeKey"], second["path"]))

    def test_it_says_why_a_function_was_not_invoked_or_failed(self):
        settings = {**self.stage["accessLogSettings"], "format": "$context.integrationErrorMessage|$context.integration.error"}
        self.assertEqual(200, delivery.v2("PATCH", f"/apis/{self.id}/stages/$default", accessLogSettings=settings)[0])
        self.ask()
        self.permit(f"{self.id}/*/*")
        self.ask("/fail")
        self.ask()
        refused, failed, good = self.lines()
        self.assertRegex(refused, r"^The IAM role .* or API Gateway doesn't have permissions .*\|The IAM role")
        self.assertRegex(failed, r"^The Lambda function returned the following error: Runtime.HandlerError\. ")
        self.assertEqual("-|-", good)

    def test_without_the_group_nothing_is_written_and_the_answer_is_the_same(self):
        self.permit(f"{self.id}/*/*")
        self.logs._delete_log_group({"logGroupName": GROUP})
        self.assertEqual(200, self.ask()[0])
        self.assertNotIn(GROUP, self.logs._log_groups)


class Throttling(ApiCase):
    stage = {
        "defaultRouteSettings": {"throttlingBurstLimit": 2, "throttlingRateLimit": 0.001},
        "routeSettings": {"ANY /fail": {"throttlingBurstLimit": 0, "throttlingRateLimit": 0}},
    }

    def test_a_route_takes_its_burst_at_once_and_no_more(self):
        self.permit(f"{self.id}/*/*")
        self.assertEqual([200, 200, 429], [self.ask()[0] for _ in range(3)])
        self.assertEqual((429, b'{"message":"Too Many Requests"}'), self.ask("/fail")[::2], "a route of its own settings")
        self.assertEqual(404, self.ask("/nowhere")[0])

    def test_its_rate_fills_the_burst_up_again(self):
        def admitted(*times):
            return [api_stages.admits(("api", "stage", "route"), (1.0, 2.0), at) for at in times]

        self.assertEqual([True, True, False], admitted(0, 0, 0))
        self.assertEqual([False, True, False], admitted(0.5, 1, 1))
        self.assertEqual([True, True, False], admitted(60, 60, 60), "never more than its burst")

    def test_what_is_not_set_limits_nothing(self):
        self.assertIsNone(api_stages.limits({"defaultRouteSettings": {"detailedMetricsEnabled": True}}, "GET /"))
        self.assertTrue(api_stages.admits(("a", "s", "r"), None, 0.0))
