import json
import unittest
from urllib.parse import quote

from .. import upstream
from ..patches import iam_names
from .evaluated_fixture import ACCOUNT, REGION, ROLES, Evaluated

FUNCTIONS, APIS = "/2015-03-31/functions", f"arn:aws:apigateway:{REGION}::"
CLOUDFRONT, ROUTE53, XML = "/2020-05-31", "/2013-04-01", "https://route53.amazonaws.com/doc/2013-04-01/"
OTHERS = {"Null": {"aws:ResourceTag/Environment": "false"}, "StringNotEquals": {"aws:ResourceTag/Environment": "shop"}}


class Names(Evaluated):
    def rest(self, service, method, path, body=b"", **query):
        given = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(service, {}, given, method, path, query, REGION if service in ("lambda", "apigateway") else "us-east-1")

    def made(self, name, role):
        code = {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}
        return {"FunctionName": name, "Role": role, "Handler": "a.b", "Runtime": "python3.13", "Code": code}

    def test_a_function_is_what_its_name_says_and_gets_only_roles_that_may_be_passed(self):
        to_functions = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
        self.allow(
            ("Allow", "lambda:*", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-*", None),
            ("Allow", "iam:PassRole", f"{ROLES}/shop/functions/*", to_functions),
        )
        own, other = f"{ROLES}/shop/functions/a", f"{ROLES}/shop-deploy"
        make = lambda name, role: self.rest("lambda", "POST", FUNCTIONS, self.made(name, role))  # noqa: E731
        self.assertLetThrough(make("shop-a", own))
        self.assertDenied(make("other-a", own), "lambda:CreateFunction")
        self.assertDenied(make("shop-a", other), f"iam:PassRole on resource: {other}")
        settings = f"{FUNCTIONS}/shop-a/configuration"
        self.assertLetThrough(self.rest("lambda", "PUT", settings, {"MemorySize": 512}))
        self.assertDenied(self.rest("lambda", "PUT", settings, {"Role": other}), f"iam:PassRole on resource: {other}")
        self.assertDenied(self.rest("lambda", "PUT", f"{FUNCTIONS}/other-a/code", {}), "lambda:UpdateFunctionCode")
        # What an invocation carries is its own matter.
        self.assertLetThrough(self.rest("lambda", "POST", f"{FUNCTIONS}/shop-a/invocations", {"Role": other}))

    def test_who_is_let_in_to_a_function_is_a_condition(self):
        self.allow(("Allow", "lambda:*", "*", {"StringEquals": {"lambda:Principal": "apigateway.amazonaws.com"}}))
        to = lambda who: self.rest("lambda", "POST", f"{FUNCTIONS}/a/policy", {"Principal": who, "StatementId": "s"})  # noqa: E731
        self.assertLetThrough(to("apigateway.amazonaws.com"))
        self.assertDenied(to("999999999999"), "lambda:AddPermission")

    def change(self, *names):
        each = "".join(
            f"<Change><Action>CREATE</Action><ResourceRecordSet><Name>{name}</Name><Type>A</Type></ResourceRecordSet></Change>"
            for name in names
        )
        batch = f'<ChangeResourceRecordSetsRequest xmlns="{XML}"><ChangeBatch><Changes>{each}</Changes></ChangeBatch>'
        body = f"{batch}</ChangeResourceRecordSetsRequest>".encode()
        return self.rest("route53", "POST", f"{ROUTE53}/hostedzone/Z1/rrset/", body)

    def test_records_are_told_apart_by_their_names(self):
        key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
        own = {"ForAllValues:StringLike": {key: ["example.com", "*.example.com"]}}
        self.allow(("Allow", "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*", own))
        self.assertLetThrough(self.change("example.com", "WWW.example.com.", "*.example.com"))
        self.assertDenied(self.change("www.example.com", "example.org"), "route53:ChangeResourceRecordSets")
        self.assertDenied(self.change("badexample.com"), "route53:ChangeResourceRecordSets")
        self.assertEqual(["\\052.example.com"], self.names_of("*.Example.com."))

    def names_of(self, name):
        body = f'<C xmlns="{XML}"><Change><Name>{name}</Name></Change></C>'.encode()
        return iam_names.of_records(body, {})["route53:changeresourcerecordsetsnormalizedrecordnames"]

    def test_certificates_are_told_apart_by_their_names_and_tags(self):
        own = {"ForAllValues:StringLike": {"acm:DomainNames": ["*.example.com"]}}
        self.allow(
            ("Allow", "acm:RequestCertificate", "*", own),
            ("Allow", "acm:AddTagsToCertificate", f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/*", None),
            ("Deny", "acm:AddTags*", "*", OTHERS),
        )
        ask = lambda *names: self.call_json(  # noqa: E731
            "acm", "CertificateManager", "RequestCertificate", DomainName=names[0], SubjectAlternativeNames=[*names[1:]]
        )
        self.assertLetThrough(ask("a.example.com", "*.example.com"))
        self.assertDenied(ask("a.example.com", "example.org"), "acm:RequestCertificate")
        store = upstream.service("acm")._certificates
        for name in ("shop", "other"):
            arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{name}"
            store.set_scoped(ACCOUNT, REGION, arn, {"CertificateArn": arn, "Tags": [{"Key": "Environment", "Value": name}]})
            self.addCleanup(lambda arn=arn: store._data.pop((ACCOUNT, REGION, arn), None))
        tag = lambda name: self.call_json(  # noqa: E731
            "acm",
            "CertificateManager",
            "AddTagsToCertificate",
            CertificateArn=f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{name}",
            Tags=[{"Key": "Environment", "Value": "shop"}],
        )
        self.assertDenied(tag("other"), "acm:AddTagsToCertificate")
        self.assertLetThrough(tag("shop"))

    def test_distributions_and_their_parts_are_resources(self):
        arn = f"arn:aws:cloudfront::{ACCOUNT}"
        self.allow("cloudfront:*Distribution", f"{arn}:distribution/*")
        tagged = lambda: self.rest("cloudfront", "POST", f"{CLOUDFRONT}/distribution", WithTags=[""])  # noqa: E731
        self.assertLetThrough(self.rest("cloudfront", "POST", f"{CLOUDFRONT}/distribution"))
        self.assertDenied(tagged(), "cloudfront:TagResource")
        self.allow("cloudfront:*", f"{arn}:distribution/E1")
        self.assertDenied(tagged(), "cloudfront:CreateDistribution")
        self.assertDenied(self.rest("cloudfront", "POST", f"{CLOUDFRONT}/origin-access-control"), "cloudfront:CreateOrigin")
        self.assertLetThrough(self.rest("cloudfront", "GET", f"{CLOUDFRONT}/distribution/E1/config"))
        tagging = lambda id: self.rest(  # noqa: E731
            "cloudfront", "GET", f"{CLOUDFRONT}/tagging", Resource=[f"{arn}:distribution/{id}"]
        )
        self.assertLetThrough(tagging("E1"))
        self.assertDenied(tagging("E2"), "cloudfront:ListTagsForResource")
        self.assertDenied(self.rest("cloudfront", "GET", f"{CLOUDFRONT}/distribution"), "cloudfront:ListDistributions")

    def test_tags_of_distributions_and_apis_are_conditions(self):
        self.allow(("Allow", "*", "*", None), ("Deny", ["cloudfront:Delete*", "apigateway:*"], "*", OTHERS))
        tags = {f"arn:aws:cloudfront::{ACCOUNT}:distribution/E{each}": each for each in ("shop", "other")}
        for arn, name in tags.items():
            upstream.service("cloudfront")._tags[arn] = [{"Key": "Environment", "Value": name}]
            upstream.service("apigateway")._api_tags[f"{APIS}/apis/{name}"] = {"Environment": name}
        self.addCleanup(upstream.service("apigateway")._api_tags.clear)
        self.addCleanup(upstream.service("cloudfront")._tags.clear)
        self.assertLetThrough(self.rest("cloudfront", "DELETE", f"{CLOUDFRONT}/distribution/Eshop"))
        self.assertDenied(self.rest("cloudfront", "DELETE", f"{CLOUDFRONT}/distribution/Eother"), "cloudfront:DeleteDistribution")
        self.assertLetThrough(self.rest("apigateway", "POST", "/v2/apis/shop/routes", {"routeKey": "GET /"}))
        self.assertDenied(self.rest("apigateway", "POST", "/v2/apis/other/routes", {"routeKey": "GET /"}), "apigateway:POST")
        tags_of = quote(f"{APIS}/apis/other", safe="")
        self.assertDenied(self.rest("apigateway", "POST", f"/v2/tags/{tags_of}", {"tags": {"a": "b"}}), "apigateway:POST")


if __name__ == "__main__":
    unittest.main()
