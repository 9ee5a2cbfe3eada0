"""The probes of what tasks reach from their network, and of IPv6 in it."""
from .. import upstream
from .client import ECS, call, one, probe, query
from .probes import IMAGE, no_docker


def vpc(**more):
    return one(query("ec2", "CreateVpc", CidrBlock="10.9.0.0/16", **more), "vpcId")


def subnet(in_vpc, **more):
    return one(query("ec2", "CreateSubnet", VpcId=in_vpc, CidrBlock="10.9.0.0/20", **more), "subnetId")


@probe
def sg_prefix_list(_loaded):
    group = one(query("ec2", "CreateSecurityGroup", GroupName="p", GroupDescription="p", VpcId=vpc()), "groupId")
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds.1.PrefixListId": "pl-probe"}
    query("ec2", "AuthorizeSecurityGroupEgress", GroupId=group, **{f"IpPermissions.1.{key}": value for key, value in rule.items()})
    return "pl-probe" not in query("ec2", "DescribeSecurityGroups", **{"GroupId.1": group})


@probe
def reach(loaded):
    """A task of Fargate starts in a subnet from which it reaches no registry."""
    no_docker()
    container = {"name": "c", "image": IMAGE}
    call("ecs", ECS, "RegisterTaskDefinition", family="probe-reach", networkMode="awsvpc", containerDefinitions=[container])
    network = {"awsvpcConfiguration": {"subnets": [subnet(vpc())]}}
    asked = {"taskDefinition": "probe-reach", "launchType": "FARGATE", "networkConfiguration": network}
    made = call("ecs", ECS, "RunTask", **asked)["tasks"][0]
    if not loaded:
        return made["lastStatus"] == "RUNNING"
    from ..ecs import reach as ours

    ecs = upstream.service("ecs")
    try:
        ours.check(ecs._tasks[made["taskArn"]], ecs._task_defs["probe-reach:1"])
    except ours.NoWay:
        return False
    return True


@probe
def ipv6_blocks(_loaded):
    made = vpc(AmazonProvidedIpv6CidrBlock="true")
    return "<ipv6CidrBlock>" not in query("ec2", "DescribeVpcs", **{"VpcId.1": made})


@probe
def ipv6_routes(_loaded):
    gateway = one(query("ec2", "CreateEgressOnlyInternetGateway", VpcId=vpc()), "egressOnlyInternetGatewayId")
    table = one(query("ec2", "CreateRouteTable", VpcId=vpc()), "routeTableId")
    query("ec2", "CreateRoute", RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=gateway)
    return "<destinationIpv6CidrBlock>::/0" not in query("ec2", "DescribeRouteTables", **{"RouteTableId.1": table})
