"""A route to an IPv6 range is kept as one to nowhere and is never found again: the provider waits for five minutes, then fails
(ministack 1.5.33)."""
import ipaddress

from .. import upstream

ec2 = upstream.service("ec2")
TARGETS = (
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
)
KEY = "DestinationIpv6CidrBlock"


def _range(params):
    """Empty for a request about IPv4."""
    given = ec2._p(params, KEY)
    try:
        return str(ipaddress.IPv6Network(given, strict=False)) if given else ""
    except ValueError:
        return given


def _table(params):
    return ec2._route_tables.get(ec2._p(params, "RouteTableId"))


def _find(table, wanted):
    return next((route for route in table["Routes"] if route.get(KEY) == wanted), None)


def _target(params):
    return {name: ec2._p(params, name) for name in TARGETS if ec2._p(params, name)}


def _missing(params):
    text = f"no route with destination-ipv6-cidr-block {ec2._p(params, KEY)} in route table {ec2._p(params, 'RouteTableId')}"
    return ec2._error("InvalidRoute.NotFound", text, 400)


@upstream.wrap("ec2", "_create_route")
def _create(inner, params):
    wanted, table = _range(params), _table(params)
    if not wanted or table is None:
        return inner(params)
    if _find(table, wanted):
        return ec2._error("RouteAlreadyExists", f"The route identified by {wanted} already exists.", 400)
    gateway = ec2._p(params, "EgressOnlyInternetGatewayId")
    if gateway and gateway not in ec2._egress_igws:
        return ec2._error("InvalidGatewayID.NotFound", f"The eigw ID '{gateway}' does not exist", 400)
    table["Routes"].append({KEY: wanted, "State": "active", "Origin": "CreateRoute", **_target(params)})
    return ec2._xml(200, "CreateRouteResponse", "<return>true</return>")


@upstream.wrap("ec2", "_replace_route")
def _replace(inner, params):
    wanted, table = _range(params), _table(params)
    if not wanted or table is None:
        return inner(params)
    route = _find(table, wanted)
    if route is None:
        return _missing(params)
    for name in TARGETS:
        route.pop(name, None)
    route.update(_target(params))
    return ec2._xml(200, "ReplaceRouteResponse", "<return>true</return>")


@upstream.wrap("ec2", "_delete_route")
def _delete(inner, params):
    wanted, table = _range(params), _table(params)
    if not wanted or table is None:
        return inner(params)
    route = _find(table, wanted)
    if route is None:
        return _missing(params)
    table["Routes"].remove(route)
    return ec2._xml(200, "DeleteRouteResponse", "<return>true</return>")


@upstream.wrap("ec2", "_rtb_fields_xml")
def _with_local(inner, table, tag="item"):
    """Every table of a VPC with an IPv6 block leads to it, as to its IPv4 range."""
    block = ((ec2._vpcs.get(table["VpcId"]) or {}).get("Ipv6") or {}).get("Block")
    own = [{KEY: block, "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"}] if block else []
    first, rest = table.get("Routes", [])[:1], table.get("Routes", [])[1:]
    return inner({**table, "Routes": [*first, *own, *rest]}, tag)
