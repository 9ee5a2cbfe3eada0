import json
import re
import unittest

from .. import load, upstream
from ..probes.client import one, query

ACCOUNT, REGION = "111111111111", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-flow-logs"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/vpc/shop/flow-logs"


def values(text, tag):
    return re.findall(f"<{tag}>([^<]*)</{tag}>", text)


class NetworkCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        load.load()

    def setUp(self):
        self.enterContext(upstream.request_scope(ACCOUNT, REGION))
        self.ec2 = upstream.service("ec2")
        self.ec2.reset()
        self.addCleanup(self.ec2.reset)
        self.vpc = one(query("ec2", "CreateVpc", CidrBlock="10.0.0.0/16"), "vpcId")

    def save_and_load(self):
        """What a restart does with the state."""
        text = upstream.to_json("ec2", self.ec2.get_state())
        self.ec2.reset()
        self.ec2.load_persisted_state(json.loads(text, object_hook=upstream.persistence._json_object_hook)["payload"])


class Endpoints(NetworkCase):
    def make(self, kind="Interface", service="logs", **more):
        asked = {"VpcId": self.vpc, "ServiceName": f"com.amazonaws.{REGION}.{service}", "VpcEndpointType": kind}
        answer = query("ec2", "CreateVpcEndpoint", **asked, **more)
        self.endpoint = one(answer, "vpcEndpointId")
        return answer

    def modify(self, **changes):
        self.assertIn("<return>true", query("ec2", "ModifyVpcEndpoint", VpcEndpointId=self.endpoint, **changes))

    def found(self):
        text = query("ec2", "DescribeVpcEndpoints", **{"VpcEndpointId.1": self.endpoint})
        subnets = re.search("<subnetIdSet>(.*?)</subnetIdSet>", text)[1]
        return sorted(values(text, "groupId")), one(text, "privateDnsEnabled"), sorted(values(subnets, "item"))

    def test_groups_private_dns_and_subnets_are_shown_from_the_answer_on(self):
        groups = {"SecurityGroupId.1": "sg-1", "SecurityGroupId.2": "sg-2"}
        answer = self.make(**groups, **{"SubnetId.1": "subnet-1", "SubnetId.2": "subnet-2"}, PrivateDnsEnabled="false")
        self.assertEqual((["sg-1", "sg-2"], "false"), (values(answer, "groupId"), one(answer, "privateDnsEnabled")))
        self.assertEqual((["sg-1", "sg-2"], "false", ["subnet-1", "subnet-2"]), self.found())

    def test_what_is_changed_is_shown_and_the_rest_stays(self):
        self.make(**{"SecurityGroupId.1": "sg-1", "SubnetId.1": "subnet-1"}, PrivateDnsEnabled="true")
        self.modify(**{"AddSubnetId.1": "subnet-2"})
        self.assertEqual((["sg-1"], "true", ["subnet-1", "subnet-2"]), self.found())
        self.modify(**{"AddSecurityGroupId.1": "sg-2", "RemoveSecurityGroupId.1": "sg-1", "RemoveSubnetId.1": "subnet-1"})
        self.assertEqual((["sg-2"], "true", ["subnet-2"]), self.found())
        self.modify(PrivateDnsEnabled="false")
        self.assertEqual((["sg-2"], "false", ["subnet-2"]), self.found())

    def test_without_a_group_it_has_the_vpcs_own_and_without_a_word_its_private_name(self):
        self.make()
        groups, private, _ = self.found()
        default = [group for group in self.ec2._security_groups.values() if group["VpcId"] == self.vpc]
        self.assertEqual(([default[0]["GroupId"]], "true"), (groups, private))

    def test_a_gateway_has_neither(self):
        self.make("Gateway", "s3")
        self.assertEqual(([], "false", []), self.found())

    def test_a_policy_is_shown_as_given_and_reset_to_aws_own(self):
        own = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Sid":"a<b&c"}]}'

        def shown():
            text = one(query("ec2", "DescribeVpcEndpoints"), "policyDocument")
            return json.loads(text.replace("&lt;", "<").replace("&amp;", "&"))["Statement"][0]

        self.make("Gateway", "s3", PolicyDocument=own)
        self.assertEqual(json.loads(own)["Statement"][0], shown())
        self.modify(ResetPolicy="true")
        self.assertEqual({"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}, shown())

    def test_a_repeated_request_makes_one_endpoint_and_undoes_no_change(self):
        asked = {"ClientToken": "once", "SecurityGroupId.1": "sg-1"}
        self.make(**asked)
        first = self.endpoint
        self.modify(**{"AddSecurityGroupId.1": "sg-2"})
        self.make(**asked)
        self.assertEqual((first, ["sg-1", "sg-2"]), (self.endpoint, self.found()[0]))
        query("ec2", "DeleteVpcEndpoints", **{"VpcEndpointId.1": first})
        self.assertIn(first, self.make(**asked))
        self.assertNotIn(first, query("ec2", "DescribeVpcEndpoints"))

    def test_a_restart_loses_nothing(self):
        self.make(**{"SecurityGroupId.1": "sg-1", "SubnetId.1": "subnet-1"})
        self.save_and_load()
        self.assertEqual((["sg-1"], "true", ["subnet-1"]), self.found())


class FlowLogs(NetworkCase):
    def make(self, **more):
        asked = {
            "ResourceId.1": self.vpc,
            "ResourceType": "VPC",
            "TrafficType": "REJECT",
            "LogDestinationType": "cloud-watch-logs",
            "LogDestination": GROUP,
            "DeliverLogsPermissionArn": ROLE,
            "TagSpecification.1.ResourceType": "vpc-flow-log",
            "TagSpecification.1.Tag.1.Key": "Name",
            "TagSpecification.1.Tag.1.Value": "shop",
        }
        return values(query("ec2", "CreateFlowLogs", **{**asked, **more}), "item")

    def found(self, *tags):
        text = query("ec2", "DescribeFlowLogs")
        return [one(text, tag) for tag in tags]

    def test_role_interval_destination_and_tags_are_shown(self):
        self.make(MaxAggregationInterval="60", LogFormat="${srcaddr} ${action}")
        shown = self.found("deliverLogsPermissionArn", "maxAggregationInterval", "logDestination", "logGroupName", "logFormat")
        self.assertEqual([ROLE, "60", GROUP, "/vpc/shop/flow-logs", "${srcaddr} ${action}"], shown)
        self.assertEqual([self.vpc, "REJECT", "Name", "shop"], self.found("resourceId", "trafficType", "key", "value"))

    def test_interval_and_format_are_aws_own_where_none_is_given(self):
        self.make()
        interval, given = self.found("maxAggregationInterval", "logFormat")
        self.assertEqual("600", interval)
        self.assertRegex(given, r"^\$\{version\} \$\{account-id\} .* \$\{log-status\}$")

    def test_a_bucket_is_no_log_group_and_needs_no_role(self):
        self.make(LogDestinationType="s3", LogDestination="arn:aws:s3:::logs", DeliverLogsPermissionArn="")
        text = query("ec2", "DescribeFlowLogs")
        self.assertEqual(([], []), (values(text, "logGroupName"), values(text, "deliverLogsPermissionArn")))
        self.assertEqual("arn:aws:s3:::logs", one(text, "logDestination"))

    def test_its_type_among_tags_is_aws_word(self):
        self.make()
        self.assertIn("<resourceType>vpc-flow-log<", query("ec2", "DescribeTags"))

    def test_a_repeated_request_makes_one(self):
        self.assertEqual(self.make(ClientToken="once"), self.make(ClientToken="once"))
        self.assertEqual(1, len(values(query("ec2", "DescribeFlowLogs"), "flowLogId")))

    def test_a_restart_loses_nothing_and_a_deleted_one_is_gone(self):
        [made] = self.make()
        self.save_and_load()
        self.assertEqual([ROLE, "shop"], self.found("deliverLogsPermissionArn", "value"))
        query("ec2", "DeleteFlowLogs", **{"FlowLogId.1": made})
        self.assertNotIn(made, query("ec2", "DescribeFlowLogs"))
