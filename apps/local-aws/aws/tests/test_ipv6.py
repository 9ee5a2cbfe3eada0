import ipaddress
import re

from ..probes.client import one, query
from .test_network import NetworkCase


def by_association(id):
    return {"Filter.1.Name": "ipv6-cidr-block-association.association-id", "Filter.1.Value.1": id}


class Ipv6Case(NetworkCase):
    def setUp(self):
        super().setUp()
        self.vpc = one(query("ec2", "CreateVpc", CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock="true"), "vpcId")
        self.block = ipaddress.ip_network(one(self.described(), "ipv6CidrBlock"))

    def described(self):
        return query("ec2", "DescribeVpcs", **{"VpcId.1": self.vpc})

    def subnet(self, number, **more):
        block = list(self.block.subnets(new_prefix=64))[number]
        asked = {"VpcId": self.vpc, "CidrBlock": f"10.0.{number}.0/24", "Ipv6CidrBlock": str(block), **more}
        return query("ec2", "CreateSubnet", **asked)


class Blocks(Ipv6Case):
    def test_a_vpc_has_a_block_of_its_own_which_it_keeps(self):
        self.assertEqual((56, True), (self.block.prefixlen, self.block.subnet_of(ipaddress.ip_network("2001:db8::/32"))))
        other = query("ec2", "CreateVpc", CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock="true")
        self.assertNotEqual(str(self.block), one(other, "ipv6CidrBlock"))
        self.save_and_load()
        self.assertEqual(str(self.block), one(self.described(), "ipv6CidrBlock"))
        self.assertEqual(("Amazon", "eu-west-1"), (one(self.described(), "ipv6Pool"), one(self.described(), "networkBorderGroup")))

    def test_one_that_does_not_ask_has_none_until_it_is_given_one(self):
        plain = one(query("ec2", "CreateVpc", CidrBlock="10.2.0.0/16"), "vpcId")
        self.assertNotIn("<ipv6CidrBlock>", query("ec2", "DescribeVpcs", **{"VpcId.1": plain}))
        given = query("ec2", "AssociateVpcCidrBlock", VpcId=plain, AmazonProvidedIpv6CidrBlock="true")
        association, block = one(given, "associationId"), one(given, "ipv6CidrBlock")
        asked = by_association(association)
        self.assertEqual([block], re.findall("<ipv6CidrBlock>([^<]*)<", query("ec2", "DescribeVpcs", **asked)))
        query("ec2", "DisassociateVpcCidrBlock", AssociationId=association)
        self.assertNotIn("<vpcId>", query("ec2", "DescribeVpcs", **asked))
        self.assertIn("NotFound", query("ec2", "DisassociateVpcCidrBlock", AssociationId=association))

    def test_a_subnet_keeps_its_part_and_its_setting(self):
        made = self.subnet(1)
        id, block = one(made, "subnetId"), one(made, "ipv6CidrBlock")
        query("ec2", "ModifySubnetAttribute", SubnetId=id, **{"AssignIpv6AddressOnCreation.Value": "true"})
        self.save_and_load()
        found = query("ec2", "DescribeSubnets", **by_association(one(made, "associationId")))
        tags = ("subnetId", "ipv6CidrBlock", "assignIpv6AddressOnCreation")
        self.assertEqual((id, block, "true"), tuple(one(found, tag) for tag in tags))

    def test_a_subnets_block_can_be_added_and_taken_away_and_the_vpcs_only_then(self):
        plain = one(query("ec2", "CreateSubnet", VpcId=self.vpc, CidrBlock="10.0.9.0/24"), "subnetId")
        block = str(next(self.block.subnets(new_prefix=64)))
        given = query("ec2", "AssociateSubnetCidrBlock", SubnetId=plain, Ipv6CidrBlock=block)
        self.assertEqual((plain, block), (one(given, "subnetId"), one(given, "ipv6CidrBlock")))
        of_vpc = one(re.search("<ipv6CidrBlockAssociationSet>.*", self.described(), re.S)[0], "associationId")
        self.assertIn("InvalidCidrBlock.InUse", query("ec2", "DisassociateVpcCidrBlock", AssociationId=of_vpc))
        query("ec2", "DisassociateSubnetCidrBlock", AssociationId=one(given, "associationId"))
        self.assertIn("<state>associated", query("ec2", "DisassociateVpcCidrBlock", AssociationId=of_vpc))

    def test_a_block_outside_the_vpcs_or_taken_is_refused(self):
        self.subnet(1)
        self.assertIn("InvalidSubnet.Conflict", self.subnet(1, CidrBlock="10.0.200.0/24"))
        for wrong in ("2001:db9::/64", str(self.block), "none"):
            self.assertIn("InvalidSubnet.Range", self.subnet(2, Ipv6CidrBlock=wrong))
        found = query("ec2", "DescribeSubnets", **{"Filter.1.Name": "vpc-id", "Filter.1.Value.1": self.vpc})
        self.assertEqual(1, found.count("<subnetId>"))


class Routes(Ipv6Case):
    def setUp(self):
        super().setUp()
        self.gateway = one(query("ec2", "CreateEgressOnlyInternetGateway", VpcId=self.vpc), "egressOnlyInternetGatewayId")
        self.table = one(query("ec2", "CreateRouteTable", VpcId=self.vpc), "routeTableId")

    def route(self, action="CreateRoute", destination="::/0", **target):
        return query("ec2", action, RouteTableId=self.table, DestinationIpv6CidrBlock=destination, **target)

    def found(self):
        text = query("ec2", "DescribeRouteTables", **{"RouteTableId.1": self.table})
        routes = re.findall("<destinationIpv6CidrBlock>([^<]*)</destinationIpv6CidrBlock><([a-zA-Z]*)>([^<]*)<", text)
        self.assertNotIn("<destinationCidrBlock></destinationCidrBlock>", text)
        return routes

    def test_an_egress_only_gateway_is_a_routes_target_and_the_vpcs_own_block_is_local(self):
        local = (str(self.block), "gatewayId", "local")
        self.assertEqual([local], self.found())
        self.route(EgressOnlyInternetGatewayId=self.gateway)
        self.save_and_load()
        self.assertEqual([local, ("::/0", "egressOnlyInternetGatewayId", self.gateway)], self.found())
        self.assertIn("RouteAlreadyExists", self.route(EgressOnlyInternetGatewayId=self.gateway))
        self.assertIn("InvalidGatewayID.NotFound", self.route(destination="2001::/16", EgressOnlyInternetGatewayId="eigw-none"))

    def test_it_is_replaced_and_deleted_and_one_of_ipv4_stays(self):
        query("ec2", "CreateRoute", RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", GatewayId="igw-1")
        self.route(EgressOnlyInternetGatewayId=self.gateway)
        self.route("ReplaceRoute", "0::0/0", GatewayId="igw-1")
        self.assertEqual([("::/0", "gatewayId", "igw-1")], self.found()[1:])
        self.route("DeleteRoute")
        self.assertEqual([], self.found()[1:])
        self.assertIn("InvalidRoute.NotFound", self.route("DeleteRoute"))
        self.assertIn("InvalidRoute.NotFound", self.route("ReplaceRoute", GatewayId="igw-1"))
        self.assertIn("<destinationCidrBlock>0.0.0.0/0<", query("ec2", "DescribeRouteTables", **{"RouteTableId.1": self.table}))
