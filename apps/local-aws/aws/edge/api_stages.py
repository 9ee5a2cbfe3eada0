"""What the stage of an HTTP API does to a request: it throttles each route, and writes a line into the access log.

Upstream (1.5.33) keeps both settings and follows neither."""
import base64
import contextvars
import hashlib
import json
import os
import re
import time

from .. import upstream

api, logs = upstream.service("apigateway"), upstream.service("cloudwatch_logs")
VARIABLE = re.compile(r"\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)")
TOO_MANY = b'{"message":"Too Many Requests"}'
# What is known of the request at hand, by the names of $context.
known = contextvars.ContextVar("context_of_api", default=None)
# (API, stage, route) → (requests that are left, since when)
_left = {}


@upstream.wrap(api, "handle_execute")
async def _through_its_stage(inner, api_id, stage, path, method, headers, body, query, raw_query_string=None):
    scope = api.find_api_scope(api_id)
    settings = api._stages.get_scoped(*scope, api_id, {}).get(stage) if scope else None
    if settings is None:
        return await inner(api_id, stage, path, method, headers, body, query, raw_query_string=raw_query_string)
    with upstream.request_scope(*scope):
        found = api._match_route(api_id, method, "/" + path.lstrip("/")) if method != "OPTIONS" else None
    route, began = found["routeKey"] if found else "", time.time()
    context = {"requestId": base64.b64encode(os.urandom(11)).decode()}
    token = known.set(context)
    try:
        if route and not admits((api_id, stage, route), limits(settings, route), began):
            answer = 429, {"Content-Type": "application/json"}, TOO_MANY
        else:
            answer = await inner(api_id, stage, path, method, headers, body, query, raw_query_string=raw_query_string)
    finally:
        known.reset(token)
    answer[1]["apigw-requestid"] = context["requestId"]
    if target := (settings.get("accessLogSettings") or {}).get("destinationArn"):
        asked = _of_the_request(headers, method, path if stage == "$default" else f"/{stage}{path}", began)
        context.update(asked, accountId=scope[0], apiId=api_id, stage=stage, routeKey=route, **_of_the_answer(answer, began))
        _write(target, f"{api_id} {stage}", line(settings["accessLogSettings"].get("format", ""), context))
    return answer


# Throttling


def limits(settings, route):
    """(requests per second, requests at once) of a route; None where neither is set."""
    found = {**(settings.get("defaultRouteSettings") or {}), **((settings.get("routeSettings") or {}).get(route) or {})}
    rate, burst = found.get("throttlingRateLimit"), found.get("throttlingBurstLimit")
    return None if rate is None and burst is None else (float(rate or 0), float(burst or 0))


def admits(key, limit, now):
    """Takes one from what is left of a route's burst, which its rate fills up again."""
    if limit is None:
        return True
    rate, burst = limit
    left, since = _left.get(key, (burst, now))
    left = min(burst, left + (now - since) * rate)
    _left[key] = (left - 1 if left >= 1 else left, now)
    return left >= 1


# Access log


def line(text, context):
    """The format with its variables: - for what is unknown, and nothing that would end a JSON text."""
    return VARIABLE.sub(lambda found: json.dumps(str(context.get(found[1]) or "-"), ensure_ascii=False)[1:-1], text)


def _of_the_request(headers, method, path, began):
    forwarded = headers.get("x-forwarded-for", "127.0.0.1").rpartition(",")[2].strip()
    return {
        "httpMethod": method,
        "path": path,
        "protocol": "HTTP/1.1",
        "identity.sourceIp": forwarded,
        "identity.userAgent": headers.get("user-agent"),
        "domainName": headers.get("host", "").partition(":")[0],
        "domainPrefix": headers.get("host", "").partition(".")[0],
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(began)),
        "requestTimeEpoch": int(began * 1000),
    }


def _of_the_answer(answer, began):
    body = answer[2].encode() if isinstance(answer[2], str) else answer[2] or b""
    latency = int((time.time() - began) * 1000)
    return {"status": answer[0], "responseLength": str(len(body)), "responseLatency": str(latency)}


def _write(arn, stream, text):
    where, _, group = arn.partition(":log-group:")
    stream = hashlib.sha256(stream.encode()).hexdigest()[:24]
    named = {"logGroupName": group.removesuffix(":*"), "logStreamName": stream}
    with upstream.request_scope(upstream.account_id(), where.split(":")[3]):
        # Both answer with an error when the stream is there already or the group is gone, which gets nothing then, as on AWS.
        logs._create_log_stream(named)
        logs._put_log_events({**named, "logEvents": [{"timestamp": int(time.time() * 1000), "message": text}]})


def install():
    upstream.on_reset(_left.clear)
