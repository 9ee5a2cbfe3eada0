import json
import ssl
from unittest import mock

from ..edge import fronts, ports, servers
from ..probes import delivery
from .delivery_fixture import GLOBAL, DeliveryCase
from .edge_fixture import ACCOUNT, REGION
from .fronts_fixture import FrontsCase, over_http2

NAME, API = "static.example.com", "api.example.com"
PAGE = b"<p>served</p>\n" * 100
SAYS = 'def handler(event, context):\n    return {"path": event["rawPath"], "domain": event["requestContext"]["domainName"]}'


class Served(FrontsCase, DeliveryCase):
    """Distributions and API domains at their own addresses and behind the door."""

    def setUp(self):
        super().setUp()
        self.resolving("example.com")

    def lead(self, name, target):
        self.alias(self.zones["example.com"], name, target)

    def distribution(self):
        with self.account(ACCOUNT, GLOBAL):
            arn = self.certificate(NAME)
            record = delivery.distribution("one", names=[NAME], certificate=arn, bucket="static")
        delivery.origin([record["ARN"]], PAGE, "static", content_type="text/html", cache_control="max-age=60")
        self.look()
        self.lead(NAME, record["DomainName"])
        return record, arn

    def test_a_distribution_serves_its_bucket_over_http2_from_its_cache(self):
        record, arn = self.distribution()
        at = self.sock_of("cdn ", 443)
        self.assertEqual([at[0]], fronts.addresses(record["DomainName"]))
        self.assertEqual(["NOERROR", f"{NAME} {at[0]}"], self.found(NAME))
        self.assertEqual((200, PAGE), over_http2(at, self.trusting(alpn=["h2"]), NAME))
        status, fields, body = self.get(at, NAME, tls=self.trusting(), headers={"Accept-Encoding": "gzip"})
        self.assertEqual((200, "Hit from cloudfront", "gzip"), (status, fields["x-cache"], fields["content-encoding"]))
        self.assertLess(len(body), len(PAGE))
        self.assertEqual(self.serial_of_global(arn), self.serial(at, NAME)[0])
        moved = self.get(self.sock_of("cdn ", 80), NAME, "/a%20b?c")
        self.assertEqual((301, f"https://{NAME}/a%20b?c"), (moved[0], moved[1]["location"]))

    def serial_of_global(self, arn):
        with self.account(ACCOUNT, GLOBAL):
            return self.serial_of(arn)

    def test_for_other_names_it_shows_a_certificate_that_the_root_does_not_permit(self):
        record, _arn = self.distribution()
        for name in (record["DomainName"], "www.example.com"):
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, "permitted subtree violation|Hostname mismatch"):
                self.get(self.sock_of("cdn ", 443), name, tls=self.trusting())

    def test_its_redirect_leads_to_the_port_that_clients_know(self):
        bound = ports.bound

        def without_low_ports(address, port):
            if 0 < port < 1024:
                raise PermissionError(13, "Permission denied")
            return bound(address, port)

        with mock.patch.object(ports, "bound", without_low_ports), self.assertLogs("slipway.edge", "WARNING"):
            self.distribution()
        mapped, door = self.sock_of("cdn ", 80), self.door()
        for at, port in ((mapped, 8443), (door, door[1])):
            moved = self.get(at, f"{NAME}:{at[1]}", "/a%20b?c")
            self.assertEqual((301, f"https://{NAME}:{port}/a%20b?c"), (moved[0], moved[1]["location"]))
            self.assertEqual(PAGE, self.get((at[0], port), f"{NAME}:{port}", tls=self.trusting())[2])

    def test_a_disabled_distribution_answers_nobody(self):
        record, _arn = self.distribution()
        record["enabled"] = False
        self.look()
        self.assertEqual({}, servers._current.running)
        self.assertEqual(404, self.get(self.door(), NAME)[0])

    def test_an_api_answers_at_its_domain_with_its_regions_certificate(self):
        arn, function = self.certificate(API), delivery.function("says", SAYS)
        _, made = delivery.v2("POST", "/apis", name="api", protocolType="HTTP")
        api = made["apiId"]
        delivery.v2("POST", f"/apis/{api}/stages", stageName="$default", autoDeploy=True)
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
        given = {"integrationType": "AWS_PROXY", "integrationUri": uri, "payloadFormatVersion": "2.0"}
        _, made = delivery.v2("POST", f"/apis/{api}/integrations", **given)
        delivery.v2("POST", f"/apis/{api}/routes", routeKey="$default", target=f"integrations/{made['integrationId']}")
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/*"
        allowed = {"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
        delivery.lambdas("POST", "/2015-03-31/functions/says/policy", allowed)
        _, made = delivery.domain(API, arn)
        delivery.v2("POST", f"/domainnames/{API}/apimappings", apiId=api, stage="$default")
        self.look()
        target = made["domainNameConfigurations"][0]["apiGatewayDomainName"]
        self.lead(API, target)
        at = self.sock_of("api ", 443)
        self.assertEqual(["NOERROR", f"{API} {at[0]}"], self.found(API))
        for where, host in ((at, API), (self.door(), f"{API}:{self.door()[1]}")):
            status, _fields, body = self.get(where, host, "/items", tls=self.trusting())
            self.assertEqual((200, {"path": "/items", "domain": API}), (status, json.loads(body)))
        self.assertEqual([(f"api {ACCOUNT} {REGION} {API}", 443)], list(servers._current.running), "no port 80")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.get(at, target, tls=self.trusting())
