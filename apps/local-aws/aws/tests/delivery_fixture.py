"""What the tests of distributions and HTTP APIs share: issued certificates, viewers, a front's own requests."""
import asyncio
import re
from unittest import mock

from .. import upstream
from ..edge import api_stages, cdn_cache, fronts, request
from ..probes import delivery
from .edge_fixture import ACCOUNT, EdgeCase

GLOBAL = "us-east-1"


class DeliveryCase(EdgeCase):
    def setUp(self):
        super().setUp()
        self.cloudfront, self.s3, self.logs = (upstream.service(name) for name in ("cloudfront", "s3", "cloudwatch_logs"))
        self.api, self.rest, self.lambdas = (upstream.service(name) for name in ("apigateway", "apigateway_v1", "lambda_svc"))
        for each in (self.cloudfront, self.s3, self.logs, self.api, self.rest, self.lambdas, upstream.service("iam")):
            each.reset()
            self.addCleanup(each.reset)
        cdn_cache.store.clear()
        self.addCleanup(cdn_cache.store.clear)
        self.addCleanup(api_stages._left.clear)
        # Requests without a signature are nobody's, as when the local AWS is started.
        self.enterContext(mock.patch.object(upstream.gateway, "AUTH", True))

    def certificate(self, *names, region=GLOBAL, issued=True, account=ACCOUNT):
        with self.account(account, region):
            arn = self.request(*names)["CertificateArn"]
            if issued:
                self.acm._certificates[arn]["Status"] = "ISSUED"
        return arn


def code(text):
    found = re.search("<Code>([^<]*)</Code>", text)
    return found and found[1]


def ask(front, method="GET", path="/", query="", body=b"", secure=True, client="127.0.0.1", **headers):
    """(status, headers in lower case, body) of a request to a front's own address."""
    given = {"host": front.names[0], **{name.replace("_", "-"): value for name, value in headers.items()}}
    asked = request.Request(method, path.replace("%20", " "), path, query, given, body, client, secure, 443 if secure else 80)
    with upstream.request_scope(front.account, front.region):
        status, fields, content = asyncio.run(fronts.SERVERS[front.kind](front, asked))
    return status, {name.lower(): value for name, value in fields.items()}, content


def front_of(record, account=ACCOUNT):
    return fronts.Front("cdn", record["Id"], (record["DomainName"],), account, GLOBAL, record)


def put(key, body, bucket="static", **headers):
    answer = delivery.s3("PUT", f"/{bucket}/{key}", body, **headers)
    assert answer[0] == 200, answer
