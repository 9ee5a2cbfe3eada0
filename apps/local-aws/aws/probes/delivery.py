"""The probes of distributions, HTTP APIs and functions, and their requests."""
import asyncio
import base64
import io
import json
import zipfile
from unittest import mock

from .. import upstream
from .client import one, probe, query

OPTIMIZED, DISABLED = "658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
BUCKET = "probe-origin"


def cloudfront(method, path, body="", **headers):
    """(status, headers, body) of CloudFront for a request of an SDK."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    found = asyncio.run(upstream.service("cloudfront").handle_request(method, f"/2020-05-31{path}", asked, body.encode(), {}))
    return found[0], found[1], found[2].decode()


def config(reference, names=(), certificate="", policy=OPTIMIZED, behavior="", more="", bucket=BUCKET):
    """A DistributionConfig in front of a private bucket. A certificate is the ARN of one of ACM's."""
    aliases = "".join(f"<CNAME>{name}</CNAME>" for name in names)
    viewer = f"<ACMCertificateArn>{certificate}</ACMCertificateArn>" if certificate else ""
    access = "<S3OriginConfig><OriginAccessIdentity/></S3OriginConfig><OriginAccessControlId>E1</OriginAccessControlId>"
    origin = f"<Origin><Id>bucket</Id><DomainName>{bucket}.s3.eu-west-1.amazonaws.com</DomainName>{access}</Origin>"
    default = f"""<TargetOriginId>bucket</TargetOriginId><ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>
        <Compress>true</Compress><CachePolicyId>{policy}</CachePolicyId>{behavior}"""
    return f"""<DistributionConfig><CallerReference>{reference}</CallerReference><Enabled>true</Enabled>
        <Aliases><Quantity>{len(names)}</Quantity><Items>{aliases}</Items></Aliases><ViewerCertificate>{viewer}</ViewerCertificate>
        <Origins><Quantity>1</Quantity><Items>{origin}</Items></Origins><DefaultRootObject>index.html</DefaultRootObject>
        <DefaultCacheBehavior>{default}</DefaultCacheBehavior>{more}</DistributionConfig>"""


def distribution(reference, **more):
    """The record of a new distribution."""
    status, _headers, text = cloudfront("POST", "/distribution", config(reference, **more))
    assert status == 201, text
    return upstream.service("cloudfront")._distributions[one(text, "Id")]


def s3(method, path, body=b"", query=None, signed=True, **headers):
    """The answer to the bucket's owner, or to somebody without a signature."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    if signed:
        scope = f"{upstream.account_id()}/20260101/{upstream.region()}/s3/aws4_request"
        asked["authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return asyncio.run(upstream.service("s3").handle_request(method, path, asked, body, query or {}))


def origin(arns, body=b"x", bucket=BUCKET, key="index.html", **headers):
    """A private bucket with one object, which distributions with these ARNs may read."""
    where = f"<LocationConstraint>{upstream.region()}</LocationConstraint>"
    s3("PUT", f"/{bucket}", f"<CreateBucketConfiguration>{where}</CreateBucketConfiguration>".encode())
    s3("PUT", f"/{bucket}/{key}", body, **headers)
    allowed = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject"}
    only = {"Resource": f"arn:aws:s3:::{bucket}/*", "Condition": {"StringEquals": {"AWS:SourceArn": arns}}}
    s3("PUT", f"/{bucket}", json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, **only}]}).encode(), {"policy": [""]})


def view(record, loaded, path="/", **headers):
    """(status, headers, body) for a viewer: of the distribution's own address, or of plain upstream."""
    headers = {"host": record["DomainName"], **{name.replace("_", "-"): value for name, value in headers.items()}}
    if not loaded:
        asked = (record, "GET", path, path, "", {**headers, "x-forwarded-proto": "https"}, b"", {})
        return asyncio.run(upstream.service("cloudfront").handle_viewer_request(*asked))
    # With everything loaded only.
    from ..edge import cdn, fronts, request

    front = fronts.Front("cdn", record["Id"], (record["DomainName"],), upstream.account_id(), "us-east-1", record)
    return asyncio.run(cdn.serve(front, request.Request("GET", path, path, "", headers, b"", "127.0.0.1", True, 443)))


def v2(method, path, **data):
    """(status, JSON) of API Gateway v2."""
    body = json.dumps(data).encode()
    status, _headers, text = asyncio.run(upstream.service("apigateway").handle_request(method, f"/v2{path}", {}, body, {}))
    return status, json.loads(text or b"{}")


def domain(name, arn):
    given = [{"certificateArn": arn, "endpointType": "REGIONAL"}]
    return v2("POST", "/domainnames", domainName=name, domainNameConfigurations=given)


def http_api(arn, keys, **stage):
    """The id of a new HTTP API that gives requests of these routes to a function."""
    _, made = v2("POST", "/apis", name="api", protocolType="HTTP", disableExecuteApiEndpoint=True)
    v2("POST", f"/apis/{made['apiId']}/stages", stageName="$default", autoDeploy=True, **stage)
    uri = f"arn:aws:apigateway:{upstream.region()}:lambda:path/2015-03-31/functions/{arn}/invocations"
    given = {"integrationType": "AWS_PROXY", "integrationUri": uri, "payloadFormatVersion": "2.0"}
    _, to = v2("POST", f"/apis/{made['apiId']}/integrations", **given)
    for key in keys:
        v2("POST", f"/apis/{made['apiId']}/routes", routeKey=key, target=f"integrations/{to['integrationId']}")
    return made["apiId"]


def zipped(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return base64.b64encode(made.getvalue()).decode()


def function(name, source, runtime="python3.13", variables=None, **more):
    """The ARN of a new function whose one file is `index`, with a role of its own."""
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    query("iam", "CreateRole", RoleName="probe", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trusted]}))
    file = "index_mjs" if runtime.startswith("nodejs") else "index_py"
    data = {"FunctionName": name, "Runtime": runtime, "Handler": "index.handler", "Environment": {"Variables": variables or {}}, **more}
    data.update(Role=f"arn:aws:iam::{upstream.account_id()}:role/probe", Code={"ZipFile": zipped(**{file: source})})
    answer = lambdas("POST", "/2015-03-31/functions", data)
    assert answer[0] == 201, answer
    return json.loads(answer[2])["FunctionArn"]


def lambdas(method, path, data=None):
    body = json.dumps(data).encode() if data is not None else b""
    return asyncio.run(upstream.service("lambda_svc").handle_request(method, path, {}, body, {}))


def invoke(arn, event=None):
    """What a function answers."""
    return json.loads(lambdas("POST", f"/2015-03-31/functions/{arn.rsplit(':', 1)[-1]}/invocations", event or {})[2])


@probe
def distributions(_loaded):
    """A name without a certificate."""
    return cloudfront("POST", "/distribution", config("probe-names", names=["probe.example.com"]))[0] == 201


@probe
def cdn_cache(loaded):
    """What changed at the origin is seen at once, although it may be kept for a day."""
    record = distribution("probe-cache", bucket=f"{BUCKET}-cache")
    bodies = []
    for body in (b"before", b"after"):
        origin([record["ARN"]], body, f"{BUCKET}-cache")
        bodies.append(view(record, loaded)[2])
    return bodies == [b"before", b"after"]


@probe
def cdn(loaded):
    """A long text comes as it is to a viewer that takes gzip."""
    record = distribution("probe-compression", bucket=f"{BUCKET}-text")
    origin([record["ARN"]], b"text " * 1000, f"{BUCKET}-text", content_type="text/plain")
    return "Content-Encoding" not in view(record, loaded, accept_encoding="gzip")[1]


@probe
def apis(_loaded):
    """A domain with a certificate that is none."""
    return domain("probe.example.com", "arn:aws:acm:us-west-2:999999999999:certificate/none")[0] == 201


@probe
def api_stages(_loaded):
    """A route that takes no request at all takes one."""
    api = http_api("none", ["GET /"], defaultRouteSettings={"throttlingBurstLimit": 0, "throttlingRateLimit": 0})
    asked = upstream.service("apigateway").handle_execute(api, "$default", "/", "GET", {}, b"", {})
    return asyncio.run(asked)[0] != 429


@probe
def cloudfront_headers_policy(_loaded):
    security = "<SecurityHeadersConfig><ContentTypeOptions><Override>true</Override></ContentTypeOptions></SecurityHeadersConfig>"
    asked = f"<ResponseHeadersPolicyConfig><Name>probe</Name>{security}</ResponseHeadersPolicyConfig>"
    return "<CustomHeadersConfig>" in cloudfront("POST", "/response-headers-policy", asked)[2]


@probe
def lambda_isolated(_loaded):
    """A function imports what only the emulator has installed."""
    source = "def handler(event, context):\n    import botocore\n    return botocore.__name__"
    return invoke(function("probe-isolated", source)) == "botocore"


@probe
def lambda_logs(_loaded):
    """A role without any right writes a log."""
    arn = function("probe-logs", "def handler(event, context):\n    print('written')")
    with mock.patch.object(upstream.gateway, "AUTH", True):
        invoke(arn)
    return "/aws/lambda/probe-logs" in upstream.service("cloudwatch_logs")._log_groups
