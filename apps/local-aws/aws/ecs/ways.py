"""One way from a subnet to a service of AWS or to the internet: an endpoint, a NAT gateway, or a public address.

As AWS's Reachability Analyzer it reads what was made and sends nothing. An endpoint with private DNS takes the service's name for the
whole VPC: where its group lets nobody in, no NAT gateway helps."""
import ipaddress
from dataclasses import dataclass

from .. import upstream

ec2 = upstream.service("ec2")
PRIVATE = tuple(ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
PORT = 443
# What a default route may lead to beside NAT and internet gateways: who manages it decides where it ends.
ELSEWHERE = ("TransitGatewayId", "InstanceId", "NetworkInterfaceId", "VpcPeeringConnectionId")


@dataclass(frozen=True)
class Place:
    subnets: tuple
    groups: tuple
    public: bool  # whether the task gets a public address


@dataclass(frozen=True)
class Way:
    by: str = ""  # "endpoint", "nat", "internet" or "elsewhere"; empty where there is none
    why: str = ""  # what is missing where there is none


def find(where, subnet_id, service, region):
    """The way to a service. Without a region it is a host of the internet, to which no endpoint leads."""
    subnet = ec2._subnets[subnet_id]
    vpc = ec2._vpcs.get(subnet["VpcId"], {})
    if vpc.get("EnableDnsSupport") is False:
        return Way(why=f"{subnet['VpcId']} has no DNS support")
    name = f"com.amazonaws.{region}.{service}"
    endpoints = [e for e in list(ec2._vpc_endpoints.values()) if e["VpcId"] == subnet["VpcId"] and e["ServiceName"] == name]
    interfaces = [e for e in endpoints if e["VpcEndpointType"] == "Interface" and e.get("PrivateDnsEnabled")]
    for endpoint in interfaces:
        problem = _interface_problem(endpoint, vpc, where, subnet)
        return Way(why=problem) if problem else Way("endpoint")
    reasons = [f"{e['VpcEndpointId']} has no private DNS" for e in endpoints if e["VpcEndpointType"] == "Interface"]
    for endpoint in (e for e in endpoints if e["VpcEndpointType"] == "Gateway"):
        if table_of(subnet).get("RouteTableId") not in endpoint["RouteTableIds"]:
            reasons.append(f"{endpoint['VpcEndpointId']} is not in {_table_name(subnet)}")
        elif not _lets_out(where.groups, prefix_list=True):
            return Way(why=_closed(where.groups))
        else:
            return Way("endpoint")
    out = to_internet(where, subnet_id)
    return out if out.by else Way(why=", ".join([*(reasons or (["no endpoint"] if region else [])), out.why]))


def to_internet(where, subnet_id):
    """The way to a service's address on the internet."""
    return route_out(where, subnet_id) if _lets_out(where.groups) else Way(why=_closed(where.groups))


def route_out(where, subnet_id):
    """The way out of the VPC, whatever the groups let through."""
    subnet = ec2._subnets[subnet_id]
    route = _default_route(subnet)
    gateway = route.get("GatewayId") or ""
    if "NatGatewayId" in route:
        problem = _nat_problem(route["NatGatewayId"])
        return Way(why=problem) if problem else Way("nat")
    if gateway.startswith("igw-"):
        return Way("internet") if where.public else Way(why=f"{gateway} takes out public addresses only, and the task has none")
    if gateway.startswith(("vgw-", "vpce-")) or any(key in route for key in ELSEWHERE):
        return Way("elsewhere")
    return Way(why=f"no NAT gateway in {_table_name(subnet)}")


def table_of(subnet):
    """The subnet's own route table, or the VPC's main one; empty where there is none."""
    tables = [t for t in list(ec2._route_tables.values()) if t["VpcId"] == subnet["VpcId"]]
    own = [t for t in tables if any(a.get("SubnetId") == subnet["SubnetId"] for a in t["Associations"])]
    main = [t for t in tables if any(a.get("Main") for a in t["Associations"])]
    return (own or main or [{}])[0]


def _table_name(subnet):
    return f"the routes of {table_of(subnet).get('RouteTableId', subnet['VpcId'])}"


def _default_route(subnet):
    return next((r for r in table_of(subnet).get("Routes", []) if r.get("DestinationCidrBlock") == "0.0.0.0/0"), {})


def _nat_problem(id):
    """A NAT gateway takes nobody out from a subnet that has no way out itself."""
    gateway = ec2._nat_gateways.get(id)
    if gateway is None or gateway["State"] != "available":
        return f"{id} is not there"
    subnet = ec2._subnets.get(gateway["SubnetId"])
    if gateway["ConnectivityType"] == "public" and subnet and not (_default_route(subnet).get("GatewayId") or "").startswith("igw-"):
        return f"{id} is in {subnet['SubnetId']}, which leads to no internet gateway"
    return ""


def _interface_problem(endpoint, vpc, where, subnet):
    id, groups = endpoint["VpcEndpointId"], endpoint.get("SecurityGroupIds", [])
    if not vpc.get("EnableDnsHostnames", vpc.get("IsDefault")):
        return f"{id} has no name in {subnet['VpcId']}, whose DNS hostnames are off"
    ranges = [ec2._subnets[each]["CidrBlock"] for each in endpoint["SubnetIds"] if each in ec2._subnets]
    if not ranges:
        return f"{id} has no subnet"
    if not _lets_out(where.groups, ranges, groups):
        return _closed(where.groups)
    if not any(_lets_in(group, where.groups, subnet) for group in groups):
        return f"no rule of {', '.join(groups) or 'a group'} lets {', '.join(where.groups)} in at {id} on port {PORT}"
    return ""


def _closed(groups):
    return f"no rule of {', '.join(groups)} lets it out to port {PORT}"


def _covers(permission):
    if str(permission.get("IpProtocol")) == "-1":
        return True
    ends = permission.get("FromPort"), permission.get("ToPort")
    return str(permission.get("IpProtocol")) in ("tcp", "6") and None not in ends and int(ends[0]) <= PORT <= int(ends[1])


def _permissions(group, direction):
    return [p for p in (ec2._security_groups.get(group) or {}).get(direction, []) if _covers(p)]


def _ranges(permission):
    given = [each.get("CidrIp") if isinstance(each, dict) else each for each in permission.get("IpRanges", [])]
    return [ipaddress.ip_network(each, strict=False) for each in given if each]


def _lets_out(groups, ranges=(), peers=(), prefix_list=False):
    """To some address of the ranges or to the peers' groups; without either, to an address of the internet."""
    wanted = [ipaddress.ip_network(each) for each in ranges]
    for permission in (p for group in groups for p in _permissions(group, "IpPermissionsEgress")):
        if any(pair.get("GroupId") in peers for pair in permission.get("UserIdGroupPairs", [])):
            return True
        if prefix_list and permission.get("PrefixListIds"):
            return True
        for given in _ranges(permission):
            if any(given.overlaps(each) for each in wanted) if wanted else not any(given.subnet_of(each) for each in PRIVATE):
                return True
    return False


def _lets_in(group, peers, subnet):
    inside = ipaddress.ip_network(subnet["CidrBlock"])
    return any(
        any(pair.get("GroupId") in peers for pair in permission.get("UserIdGroupPairs", []))
        or any(inside.subnet_of(given) for given in _ranges(permission))
        for permission in _permissions(group, "IpPermissions")
    )
