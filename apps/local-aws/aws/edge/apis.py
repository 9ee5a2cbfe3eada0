"""HTTP APIs behind a domain of their own: an issued certificate of the region that covers it, one way in, and only for functions that
allow the API.

Upstream (1.5.33) takes any text as a certificate, answers at the default endpoint although it is off, invokes functions that nobody was
permitted to invoke, and gives a failed function's error message to the client."""
import contextvars
import json

from .. import upstream
from . import api_stages, certificates, fronts, users

api, rest, lambdas, gateway = (*map(upstream.service, ("apigateway", "apigateway_v1", "lambda_svc")), upstream.gateway)
FAILED = '{"message":"Internal Server Error"}'
NOT_PERMITTED = (
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. "
    "Check the permissions and try again."
)
UNCOVERED = "The domain name to be created is not covered by the provided certificate."
# The request that came to an API's own domain; None for those at the default endpoint.
_asked = contextvars.ContextVar("asked_of_api", default=None)
_of_http_api = contextvars.ContextVar("of_http_api", default=False)


@fronts.serves("api")
async def serve(front, request):
    """(status, headers, body) of the API that is mapped to the domain of this front."""
    if request.host != front.id.lower():
        return _refused()
    forwarded = ", ".join(filter(None, (request.headers.get("x-forwarded-for"), request.client)))
    headers = {**request.headers, "host": front.id, "x-forwarded-for": forwarded, "x-forwarded-port": "443", "x-forwarded-proto": "https"}
    token = _asked.set(request)
    try:
        answer = await gateway._handle_execute_api_request(
            front.id, request.path, request.method, headers, request.body, request.params, request.raw_path, request.query
        )
    finally:
        _asked.reset(token)
    return answer or _refused()


def _refused():
    return 403, {"Content-Type": "application/json", "x-amzn-errortype": "ForbiddenException"}, b'{"message":"Forbidden"}'


@upstream.wrap(gateway, "_handle_execute_api_request")
async def _by_the_ways_that_are_open(inner, host, path, *more, **named):
    asked, default = _asked.get(), gateway._parse_execute_api_url(host, path)
    if asked is not None:
        # Upstream's own paths to an API are paths like any other below a domain.
        return await inner(host, path, *more, **named) if default is None else api._http_api_not_found()
    scope = api.find_api_scope(default[0]) if default else None
    if scope and api._apis.get_scoped(*scope, default[0]).get("disableExecuteApiEndpoint"):
        return api._http_api_not_found()
    return await inner(host, path, *more, **named)


@upstream.wrap(api, "_invoke_lambda_proxy")
async def _permitted_only(inner, integration, api_id, stage, path, method, headers, body, query, route_key="$default", *more, **named):
    where = {"account_id": named["owner_account_id"], "region": named["owner_region"]}
    reference = api._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
    function, _config, _name = lambdas._get_func_record_for_ref_in_scope(reference, **where)
    source = f"arn:aws:execute-api:{where['region']}:{where['account_id']}:{api_id}/{stage}/{_route(route_key, method)}"
    if function is None or not (integration.get("credentialsArn") or permits(function, source, where["region"])):
        _note(NOT_PERMITTED)
        return 500, {"Content-Type": "application/json"}, FAILED.encode()
    token = _of_http_api.set(True)
    try:
        return await inner(integration, api_id, stage, path, method, headers, body, query, route_key, *more, **named)
    finally:
        _of_http_api.reset(token)


def _note(text):
    """Why an integration failed, for the access log: the client is not told."""
    if (context := api_stages.known.get()) is not None:
        context["integrationErrorMessage"] = context["integration.error"] = text


def _route(key, method):
    verb, _, path = key.partition(" ")
    return f"{method if verb == 'ANY' else verb}{path}" if path else key


def permits(function, source, region):
    """Whether the policy of a function lets API Gateway invoke it for an API's route."""
    asked = upstream.iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function["config"]["FunctionArn"],
        region=region,
        service_context={"aws:sourcearn": source, "aws:sourceaccount": source.split(":")[4]},
    )
    found = upstream.iam_evaluator.evaluate_resource_policy(function["policy"], asked, service="apigateway.amazonaws.com")
    return found.decision == "Allow"


@upstream.wrap(lambdas, "lambda_execute_result_to_api_proxy_response")
def _without_the_error(inner, result):
    if _of_http_api.get() and result.get("error"):
        kind = (result.get("body") or {}).get("errorType", "Unhandled")
        _note(f"The Lambda function returned the following error: {kind}. Check your Lambda function code and try again.")
        return {"statusCode": 500, "headers": {"Content-Type": "application/json"}, "body": FAILED}, None
    return inner(result)


@upstream.wrap(lambdas, "_execute_function_with_config_scope")
def _as_asked_at_the_domain(inner, function, event):
    asked = _asked.get()
    context = event.get("requestContext") if asked is not None and isinstance(event, dict) else None
    if context:
        context.update(domainName=asked.host, domainPrefix=asked.host.partition(".")[0])
        context["http"]["sourceIp"] = asked.client
    return inner(function, event)


# The domain


def refusal(name, given):
    """AWS's error for the certificate of a domain, or None."""
    arn = next((each.get("certificateArn") for each in given or ()), None) or ""
    if arn and arn.split(":")[3:4] != [upstream.region()]:
        return _bad(f"Invalid certificate ARN: {arn}. Certificate must be in '{upstream.region()}'.")
    certificate = certificates.issued(arn) if arn.split(":")[4:5] == [upstream.account_id()] else None
    if certificate is None:
        return _bad(f"Invalid certificate ARN: {arn}. The certificate must exist and be issued.")
    return None if certificates.covers(certificate["SubjectAlternativeNames"], name.lower()) else _bad(UNCOVERED)


def _bad(text):
    return api._apigw_error("BadRequestException", text, 400)


@upstream.wrap(api, "_create_domain_name")
def _create(inner, data):
    name = data.get("domainName") or ""
    others = (key for key, _domain in rest._domain_names.all_items() if key[1] == upstream.region() and key[0] != upstream.account_id())
    if name and any(key[2].lower() == name.lower() for key in others):
        return api._apigw_error("ConflictException", "The domain name you provided already exists.", 409)
    taken = not name or name in rest._domain_names
    return (None if taken else refusal(name, data.get("domainNameConfigurations"))) or inner(data)


@upstream.wrap(api, "_update_domain_name")
def _update(inner, name, data):
    changes = "domainNameConfigurations" in data and name in rest._domain_names
    return (refusal(name, data["domainNameConfigurations"]) if changes else None) or inner(name, data)


@users.source
def _certificates():
    for (_account, region, name), domain in rest._domain_names.all_items():
        for arn in {domain.get("regionalCertificateArn"), domain.get("certificateArn")} - {None, ""}:
            yield arn, f"arn:aws:apigateway:{region}::/domainnames/{name}"
