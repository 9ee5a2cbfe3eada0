import json

from .. import upstream
from ..ecs import reach, ways
from ..probes.client import one, query
from .test_network import REGION, NetworkCase

IMAGE = f"111111111111.dkr.ecr.{REGION}.amazonaws.com/shop@sha256:{'0' * 64}"
SECRET = f"arn:aws:secretsmanager:{REGION}:111111111111:secret:shop/key-AbCdEf"
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/shop", "awslogs-region": REGION, "awslogs-stream-prefix": "ecs"}}
FARGATE = ("ecr.api", "ecr.dkr", "logs")
WAITS = "Please check your task network configuration."


def definition(**container):
    return {"networkMode": "awsvpc", "containerDefinitions": [{"name": "c", "image": IMAGE, "logConfiguration": LOG, **container}]}


class ReachCase(NetworkCase):
    def setUp(self):
        super().setUp()
        query("ec2", "ModifyVpcAttribute", VpcId=self.vpc, **{"EnableDnsHostnames.Value": "true"})
        self.table = one(query("ec2", "CreateRouteTable", VpcId=self.vpc), "routeTableId")
        self.subnet = self.make_subnet("10.0.64.0/21", self.table)
        self.task, self.door = self.group("task"), self.group("door")
        self.s3 = self.endpoint("s3", "Gateway", **{"RouteTableId.1": self.table})

    def make_subnet(self, cidr, table=None):
        made = one(query("ec2", "CreateSubnet", VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}a"), "subnetId")
        if table:
            query("ec2", "AssociateRouteTable", RouteTableId=table, SubnetId=made)
        return made

    def group(self, name):
        return one(query("ec2", "CreateSecurityGroup", GroupName=name, GroupDescription=name, VpcId=self.vpc), "groupId")

    def endpoint(self, service, kind="Interface", **more):
        asked = {"VpcId": self.vpc, "ServiceName": f"com.amazonaws.{REGION}.{service}", "VpcEndpointType": kind, **more}
        return one(query("ec2", "CreateVpcEndpoint", **asked), "vpcEndpointId")

    def interface(self, *services, **more):
        given = {"SubnetId.1": self.subnet, "SecurityGroupId.1": self.door, **more}
        return [self.endpoint(service, **given) for service in services]

    def rule(self, group, action="AuthorizeSecurityGroupIngress", port=443, **peer):
        given = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}
        answer = query("ec2", action, GroupId=group, **{f"IpPermissions.1.{key}": value for key, value in given.items()})
        self.assertIn("<return>true", answer)

    def open_door(self):
        self.rule(self.door, **{"IpRanges.1.CidrIp": "10.0.64.0/21"})

    def close_task(self):
        """Takes the rule away that every new group has."""
        everything = {"IpPermissions.1.IpProtocol": "-1", "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0"}
        self.assertIn("<return>true", query("ec2", "RevokeSecurityGroupEgress", GroupId=self.task, **everything))

    def route(self, table, **target):
        query("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)

    def public(self):
        """A subnet that leads to an internet gateway."""
        gateway = one(query("ec2", "CreateInternetGateway"), "internetGatewayId")
        table = one(query("ec2", "CreateRouteTable", VpcId=self.vpc), "routeTableId")
        self.route(table, GatewayId=gateway)
        return self.make_subnet("10.0.0.0/21", table), gateway

    def record(self, *subnets, public=False, launch="FARGATE", groups=True):
        given = {"subnets": list(subnets) or [self.subnet], "assignPublicIp": "ENABLED" if public else "DISABLED"}
        return {"_awsvpc": {**given, **({"securityGroups": [self.task]} if groups else {})}, "launchType": launch}

    def said(self, *subnets, of=None, **more):
        """Why a task does not start, or "starts"."""
        try:
            reach.check(self.record(*subnets, **more), of or definition())
        except reach.NoWay as error:
            return str(error)
        return "starts"

    def cut_off(self, *subnets, **more):
        return reach.is_cut_off(self.record(*subnets, **more), definition())


class Endpoints(ReachCase):
    def test_without_nat_and_endpoints_aws_says_which_registry_and_here_all_that_is_missing(self):
        said = self.said()
        expected = (
            "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: "
            "There is a connection issue between the task and Amazon ECR. Check your task network configuration. "
            f"(no way from {self.subnet} to ecr.api, ecr.dkr, logs: no endpoint, no NAT gateway in the routes of {self.table})"
        )
        self.assertEqual(expected, said)

    def test_with_the_endpoints_and_an_open_group_it_starts(self):
        self.interface(*FARGATE)
        self.assertIn(f"no rule of {self.door} lets {self.task} in at vpce-", self.said())
        self.open_door()
        self.assertEqual("starts", self.said())
        self.assertTrue(self.cut_off())

    def test_a_rule_for_the_tasks_group_opens_it_and_one_for_another_port_or_group_does_not(self):
        self.interface(*FARGATE)
        self.rule(self.door, port=80, **{"IpRanges.1.CidrIp": "10.0.64.0/21"})
        self.rule(self.door, **{"Groups.1.GroupId": self.door})
        self.assertIn("lets", self.said())
        self.rule(self.door, **{"Groups.1.GroupId": self.task})
        self.assertEqual("starts", self.said())

    def test_each_secret_needs_the_service_that_holds_it(self):
        self.interface(*FARGATE)
        self.open_door()
        said = self.said(of=definition(secrets=[{"name": "A", "valueFrom": "/shop/web/A"}]))
        self.assertRegex(said, f"^ResourceInitializationError: .* unable to retrieve secrets from ssm: .* {WAITS} \\(.* to ssm: no endp")
        said = self.said(of=definition(secrets=[{"name": "A", "valueFrom": SECRET}]))
        self.assertRegex(said, f"unable to retrieve secret from asm: .* failed to fetch secret {SECRET} .* to secretsmanager: no endpoint")
        elsewhere = SECRET.replace(REGION, "us-east-1")
        self.interface("ssm", "secretsmanager")
        self.assertIn("to secretsmanager: no endpoint", self.said(of=definition(secrets=[{"name": "A", "valueFrom": elsewhere}])))
        both = [{"name": "A", "valueFrom": SECRET}, {"name": "B", "valueFrom": "/shop/web/B"}]
        self.assertEqual("starts", self.said(of=definition(secrets=both)))

    def test_layers_come_from_s3_and_the_manifest_and_log_from_their_own(self):
        self.interface("ecr.api", "logs")
        self.open_door()
        self.assertRegex(self.said(), "^CannotPullContainerError: pull image manifest .*failed to resolve ref .* to ecr.dkr: no endpoint")
        self.interface("ecr.dkr")
        other = one(query("ec2", "CreateRouteTable", VpcId=self.vpc), "routeTableId")
        query("ec2", "ModifyVpcEndpoint", VpcEndpointId=self.s3, **{"RemoveRouteTableId.1": self.table, "AddRouteTableId.1": other})
        self.assertRegex(self.said(), f"^CannotPull.*starport.* to s3: {self.s3} is not in the routes of {self.table}, no NAT gateway")

    def test_a_log_that_is_not_reached_has_aws_own_words(self):
        self.interface("ecr.api", "ecr.dkr")
        self.open_door()
        self.assertRegex(self.said(), "^ResourceInitializationError: failed to validate logger args: .* to logs: no endpoint")
        without = definition()
        del without["containerDefinitions"][0]["logConfiguration"]
        self.assertEqual("starts", self.said(of=without))

    def test_an_endpoint_without_private_dns_or_in_a_vpc_without_names_leads_nowhere(self):
        self.interface(*FARGATE, PrivateDnsEnabled="false")
        self.open_door()
        self.assertIn("has no private DNS, no NAT gateway", self.said())
        self.ec2._vpc_endpoints.clear()
        self.endpoint("s3", "Gateway", **{"RouteTableId.1": self.table})
        self.interface(*FARGATE)
        query("ec2", "ModifyVpcAttribute", VpcId=self.vpc, **{"EnableDnsHostnames.Value": "false"})
        self.assertIn(f"has no name in {self.vpc}, whose DNS hostnames are off", self.said())
        query("ec2", "ModifyVpcAttribute", VpcId=self.vpc, **{"EnableDnsSupport.Value": "false"})
        self.assertIn(f"{self.vpc} has no DNS support", self.said())

    def test_a_group_that_lets_nothing_out_reaches_nothing(self):
        self.interface(*FARGATE)
        self.open_door()
        self.close_task()
        self.assertIn(f"to ecr.api, ecr.dkr, s3, logs: no rule of {self.task} lets it out to port 443", self.said())
        out = "AuthorizeSecurityGroupEgress"
        self.rule(self.task, out, **{"Groups.1.GroupId": self.door})
        self.assertIn(f"to s3: no rule of {self.task} lets it out to port 443", self.said())
        self.rule(self.task, out, **{"PrefixListIds.1.PrefixListId": "pl-1"})
        self.assertEqual("starts", self.said())

    def test_an_image_of_another_registry_needs_the_internet(self):
        self.interface("logs")
        self.open_door()
        said = self.said(of=definition(image="nginx:1"))
        self.assertRegex(said, r"^CannotPullContainerError: .*registry-1\.docker\.io.* to registry-1\.docker\.io: no NAT gateway in")
        self.assertIn("to ghcr.io:", self.said(of=definition(image="ghcr.io/a/b:1")))

    def test_every_subnet_of_the_service_must_have_a_way(self):
        self.interface(*FARGATE)
        self.rule(self.door, **{"IpRanges.1.CidrIp": "10.0.0.0/16"})
        forgotten = self.make_subnet("10.0.72.0/21")
        self.assertEqual("starts", self.said())
        self.assertRegex(self.said(self.subnet, forgotten), f"no way from {forgotten} to s3: {self.s3} is not in the routes of rtb-")


class Gateways(ReachCase):
    def nat(self, subnet):
        made = one(query("ec2", "CreateNatGateway", SubnetId=subnet, AllocationId="eipalloc-1"), "natGatewayId")
        self.route(self.table, NatGatewayId=made)
        return made

    def test_nat_is_enough_and_tasks_behind_it_are_not_cut_off(self):
        subnet, _ = self.public()
        self.nat(subnet)
        self.assertEqual(("starts", False), (self.said(), self.cut_off()))
        self.assertEqual("starts", self.said(of=definition(image="nginx:1")))

    def test_nat_that_is_gone_or_has_no_way_out_itself_is_named(self):
        subnet, _ = self.public()
        gateway = self.nat(subnet)
        query("ec2", "DeleteNatGateway", NatGatewayId=gateway)
        self.assertIn(f"{gateway} is not there", self.said())
        query("ec2", "DeleteRoute", RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0")
        inside = self.make_subnet("10.0.72.0/21")
        gateway = self.nat(inside)
        self.assertIn(f"{gateway} is in {inside}, which leads to no internet gateway", self.said())

    def test_nat_does_not_help_where_an_endpoint_takes_the_name_and_lets_nobody_in(self):
        subnet, _ = self.public()
        self.nat(subnet)
        [made] = self.interface("logs")
        self.assertIn(f"to logs: no rule of {self.door} lets {self.task} in at {made} on port 443", self.said())

    def test_a_public_subnet_needs_a_public_address(self):
        subnet, gateway = self.public()
        self.assertIn(f"{gateway} takes out public addresses only, and the task has none", self.said(subnet))
        self.assertEqual(("starts", False), (self.said(subnet, public=True), self.cut_off(subnet, public=True)))
        self.assertTrue(self.cut_off(subnet))

    def test_what_is_behind_a_transit_gateway_is_not_judged(self):
        self.route(self.table, TransitGatewayId="tgw-1")
        self.assertEqual(("starts", False), (self.said(), self.cut_off()))

    def test_private_ranges_are_not_the_internet(self):
        subnet, _ = self.public()
        self.nat(subnet)
        self.close_task()
        self.rule(self.task, "AuthorizeSecurityGroupEgress", **{"IpRanges.1.CidrIp": "10.0.0.0/8"})
        self.assertIn("lets it out to port 443", self.said())
        self.rule(self.task, "AuthorizeSecurityGroupEgress", **{"IpRanges.1.CidrIp": "0.0.0.0/0"})
        self.assertEqual("starts", self.said())


class Judged(ReachCase):
    def test_instances_other_network_modes_and_subnets_that_are_not_there_are_not_judged(self):
        self.assertEqual("starts", self.said(launch="EC2"))
        self.assertEqual("starts", self.said(of={**definition(), "networkMode": "bridge"}))
        self.assertEqual("starts", self.said("subnet-1"))
        self.assertFalse(self.cut_off("subnet-1"))

    def test_without_a_group_the_task_has_the_vpcs_own(self):
        self.interface(*FARGATE)
        default = self.ec2._vpcs[self.vpc]["DefaultSecurityGroupId"]
        self.assertIn(f"lets {default} in at", self.said(groups=False))

    def test_what_is_asked_keeps_its_order_and_is_asked_once(self):
        several = definition(secrets=[{"name": "A", "valueFrom": SECRET}, {"name": "B", "valueFrom": SECRET}])
        several["containerDefinitions"].append({"name": "d", "image": IMAGE})
        found = [need.service for need in reach.needs(several)]
        self.assertEqual(["ecr.api", "secretsmanager", "ecr.dkr", "s3", "logs"], found)

    def test_the_main_table_is_that_of_a_subnet_without_one(self):
        main = self.ec2._vpcs[self.vpc]["MainRouteTableId"]
        forgotten = self.make_subnet("10.0.72.0/21")
        self.assertEqual(main, ways.table_of(self.ec2._subnets[forgotten])["RouteTableId"])

    def test_what_a_task_record_keeps_of_its_network_survives_the_state(self):
        record = json.loads(upstream.to_json("ecs", self.record()))["payload"]
        self.assertFalse(self.cut_off("subnet-1"))
        self.assertTrue(reach.is_cut_off(record, definition()))
