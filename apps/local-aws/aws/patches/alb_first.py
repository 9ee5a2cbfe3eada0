"""The gateway's own paths answer before the load balancer: an app's /health, /v2/... or /oauth2/userInfo is answered by upstream, and an
unknown load balancer's name by S3's bucket list (ministack 1.5.33)."""
from .. import upstream

gateway = upstream.gateway


def is_balancers(headers):
    host = headers.get("host", "").split(":")[0].lower()
    return host.endswith((".elb.amazonaws.com", ".alb.localhost"))


@upstream.wrap(gateway, "_handle_pre_body_request")
async def _not_before_the_body(inner, method, path, headers, *args):
    return None if is_balancers(headers) else await inner(method, path, headers, *args)


@upstream.wrap(gateway, "_handle_post_body_shortcuts")
async def _not_after_the_body(inner, method, path, headers, *args):
    return None if is_balancers(headers) else await inner(method, path, headers, *args)


@upstream.wrap(gateway, "_handle_special_data_plane_request")
async def _straight_to_the_balancer(inner, method, path, headers, body, query, request_id, **more):
    if not is_balancers(headers):
        return await inner(method, path, headers, body, query, request_id, **more)
    host, raw_query, raw_path = headers["host"], more.get("raw_query_string", ""), more.get("raw_path")
    answer = await gateway._handle_alb_request(host, path, method, headers, body, query, raw_query, raw_path)
    text = f"No load balancer has the name {host}; DescribeLoadBalancers lists those there are.\n"
    return answer or (404, {"Content-Type": "text/plain"}, text.encode())
