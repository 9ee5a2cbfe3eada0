import base64
import json
import re

from .. import evaluated, upstream
from ..patches import ecr_login, ecr_rights
from .evaluated_fixture import ACCOUNT, REGION, ROLES, Evaluated

ECS, ECR, LOGS, SSM = (
    "AmazonEC2ContainerServiceV20141113",
    "AmazonEC2ContainerRegistry_V20150921",
    "Logs_20140328",
    "AmazonSSM",
)
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/shop-boundary"


class Evaluation(Evaluated):
    def test_a_role_is_what_its_path_says(self):
        self.allow("iam:*", f"{ROLES}/shop/*")
        trust = {"AssumeRolePolicyDocument": '{"Version":"2012-10-17","Statement":[]}'}
        self.assertLetThrough(self.call_iam("CreateRole", RoleName="web", Path="/shop/", **trust))
        self.assertDenied(self.call_iam("CreateRole", RoleName="other", **trust), "iam:CreateRole")
        self.assertDenied(self.call_iam("CreateRole", RoleName="shop", Path="/other/", **trust), "iam:CreateRole")
        self.assertLetThrough(self.call_iam("TagRole", RoleName="web", **{"Tags.member.1.Key": "a", "Tags.member.1.Value": "b"}))
        self.assertDenied(self.call_iam("DeleteRole", RoleName="caller"), "iam:DeleteRole")

    def test_the_boundary_of_a_role_is_a_condition_of_what_is_done_to_it(self):
        right = {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}
        self.allow(("Allow", "iam:*", "*", right), ("Deny", "iam:CreateRole", "*", {"StringNotEquals": right["StringEquals"]}))
        self.role("bound", boundary=BOUNDARY)
        self.role("unbound")
        policy = {"PolicyName": "p", "PolicyDocument": self.document("s3:*", "*")}
        self.assertLetThrough(self.call_iam("PutRolePolicy", RoleName="bound", **policy))
        self.assertDenied(self.call_iam("PutRolePolicy", RoleName="unbound", **policy), "iam:PutRolePolicy")
        self.assertDenied(self.call_iam("CreateRole", RoleName="new", AssumeRolePolicyDocument="{}"), "iam:CreateRole")
        made = self.call_iam("CreateRole", RoleName="new", AssumeRolePolicyDocument="{}", PermissionsBoundary=BOUNDARY)
        self.assertLetThrough(made)

    def test_what_a_boundary_does_not_allow_no_policy_allows(self):
        self.iam._create_policy({"PolicyName": ["narrow"], "PolicyDocument": [self.document("ecs:Describe*", "*")]})
        self.allow("*", "*")
        self.iam._put_role_permissions_boundary(
            {"RoleName": ["caller"], "PermissionsBoundary": [f"arn:aws:iam::{ACCOUNT}:policy/narrow"]}
        )
        self.assertLetThrough(self.call_json("ecs", ECS, "DescribeClusters"))
        self.assertDenied(self.call_json("ecs", ECS, "CreateCluster", clusterName="a"), "ecs:CreateCluster")

    def test_a_service_is_told_from_others_of_its_cluster(self):
        self.allow("ecs:*Service*", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web")
        self.assertLetThrough(self.call_json("ecs", ECS, "UpdateService", cluster="shop", service="web"))
        self.assertDenied(self.call_json("ecs", ECS, "UpdateService", cluster="shop", service="api"), "ecs:UpdateService")
        self.assertDenied(self.call_json("ecs", ECS, "UpdateService", cluster="other", service="web"), "ecs:UpdateService")
        both = self.call_json("ecs", ECS, "DescribeServices", cluster="shop", services=["web", "api"])
        self.assertDenied(both, "ecs:DescribeServices on resource: arn:aws:ecs:eu-west-1:123456789012:service/shop/api")

    def test_tasks_are_listed_only_of_the_cluster_that_is_named(self):
        cluster = {"ArnEquals": {"ecs:cluster": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"}}
        self.allow(("Allow", "ecs:ListTasks", "*", cluster))
        self.assertLetThrough(self.call_json("ecs", ECS, "ListTasks", cluster="shop"))
        self.assertDenied(self.call_json("ecs", ECS, "ListTasks", cluster="other"), "ecs:ListTasks")
        self.assertDenied(self.call_json("ecs", ECS, "ListTasks"), "ecs:ListTasks")

    def update(self, **data):
        return self.call_json("ecs", ECS, "UpdateService", cluster="shop", service="web", **data)

    def test_a_service_is_brought_to_its_own_family_only(self):
        family = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition"
        self.allow(("Allow", "ecs:UpdateService", "*", {"ArnLikeIfExists": {"ecs:task-definition": f"{family}/web:*"}}))
        for own in (f"{family}/web:7", "web:7"):
            self.assertLetThrough(self.update(taskDefinition=own))
        for other in (f"{family}/admin:7", "admin:7", "admin", "web-admin:1", f"arn:aws:ecs:{REGION}:999999999999:task-definition/web:7"):
            self.assertDenied(self.update(taskDefinition=other), "ecs:UpdateService")
        self.assertLetThrough(self.update(desiredCount=2))
        self.allow(("Allow", "ecs:*", "*", {"ArnLikeIfExists": {"ecs:task-definition": f"{family}/web:*"}}))
        for action in ("CreateService", "CreateTaskSet"):
            made = self.call_json("ecs", ECS, action, cluster="shop", service="web", taskDefinition="admin:7")
            self.assertDenied(made, f"ecs:{action}")

    def test_a_family_without_revision_is_its_newest_one(self):
        self.allow(("Allow", "ecs:*", "*", {"ArnLikeIfExists": {"ecs:task-definition": "arn:*:task-definition/web:*"}}))
        self.call_json("ecs", ECS, "RegisterTaskDefinition", family="web", containerDefinitions=[{"name": "a", "image": "a"}])
        self.assertLetThrough(self.update(taskDefinition="web"))

    def test_public_addresses_and_shells_are_conditions_where_a_request_says_either(self):
        self.allow(
            (
                "Allow",
                "ecs:*",
                "*",
                {
                    "BoolIfExists": {"ecs:auto-assign-public-ip": "false"},
                    "StringEqualsIfExists": {"ecs:enable-execute-command": "false"},
                },
            )
        )
        network = lambda **more: {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], **more}}}  # noqa: E731
        for harmless in ({}, {"enableExecuteCommand": False}, network(), network(assignPublicIp="DISABLED")):
            self.assertLetThrough(self.update(**harmless))
        for refused in ({"enableExecuteCommand": True}, network(assignPublicIp="ENABLED")):
            self.assertDenied(self.update(**refused), "ecs:UpdateService")
        run = lambda **data: self.call_json("ecs", ECS, "RunTask", cluster="shop", taskDefinition="web:1", **data)  # noqa: E731
        self.assertDenied(run(enableExecuteCommand=True), "ecs:RunTask")
        # AWS knows neither the address nor the subnets of a task that is run.
        self.assertLetThrough(run(**network(assignPublicIp="ENABLED")))

    def test_one_subnet_of_several_that_is_not_listed_is_enough_for_a_refusal(self):
        others = {"ForAnyValue:StringNotEquals": {"ecs:subnet": ["subnet-a", "subnet-b"]}}
        self.allow(("Allow", "ecs:*", "*", None), ("Deny", "ecs:UpdateService", "*", others))
        into = lambda *subnets: self.update(networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}})  # noqa: E731
        for own in (("subnet-a",), ("subnet-b", "subnet-a")):
            self.assertLetThrough(into(*own))
        for mixed in (("subnet-c",), ("subnet-a", "subnet-c")):
            self.assertDenied(into(*mixed), "ecs:UpdateService")
        # Without a value, "any value" holds for none.
        self.assertLetThrough(self.update(desiredCount=2))

    def test_what_a_session_asked_for_is_noted(self):
        self.allow("ecs:DescribeServices", "*")
        self.call_json("ecs", ECS, "DescribeServices", cluster="shop", services=["web"])
        self.call_json("ecs", ECS, "RegisterTaskDefinition", family="f", taskRoleArn=f"{ROLES}/admin", containerDefinitions=[])
        self.assertLessEqual({"ecs:DescribeServices", "ecs:RegisterTaskDefinition"}, set(evaluated.of("ASIACALLER")))
        self.assertEqual([], evaluated.of("ASIANOBODY"))

    def test_a_role_is_given_to_a_task_only_by_who_may_pass_it(self):
        to_tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        self.allow(
            ("Allow", "ecs:RegisterTaskDefinition", f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:*", None),
            ("Allow", "iam:PassRole", f"{ROLES}/shop/web", to_tasks),
        )
        container = {"family": "web", "containerDefinitions": [{"name": "web", "image": "web"}]}
        register = lambda **roles: self.call_json("ecs", ECS, "RegisterTaskDefinition", **{**container, **roles})  # noqa: E731
        self.role("web", path="/shop/")
        self.assertLetThrough(register(taskRoleArn=f"{ROLES}/shop/web"))
        self.assertLetThrough(register(taskRoleArn="web"))
        self.assertDenied(register(taskRoleArn=f"{ROLES}/admin"), f"iam:PassRole on resource: {ROLES}/admin")
        both = register(taskRoleArn=f"{ROLES}/shop/web", executionRoleArn=f"{ROLES}/admin")
        self.assertDenied(both, f"iam:PassRole on resource: {ROLES}/admin")
        self.assertDenied(register(family="other"), "ecs:RegisterTaskDefinition")

    def call_sts(self, role):
        return self.call_form("sts", Action="AssumeRole", Version="2011-06-15", RoleArn=f"{ROLES}/{role}", RoleSessionName="more")

    def trusting(self, name, principal):
        trust = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        self.iam._create_role({"RoleName": [name], "AssumeRolePolicyDocument": [json.dumps({"Statement": [trust]})]})

    def test_trust_that_names_the_caller_is_enough_to_take_a_role_unless_something_refuses(self):
        self.allow("ecs:*", "*")
        self.trusting("made", f"{ROLES}/caller")
        self.trusting("anybodys", f"arn:aws:iam::{ACCOUNT}:root")
        self.trusting("others", f"{ROLES}/other")
        self.assertEqual(200, self.call_sts("made")[0])
        for role in ("anybodys", "others"):
            self.assertDenied(self.call_sts(role), "sts:AssumeRole")
        self.allow(("Deny", "sts:Assume*", "*", None))
        status, text = self.call_sts("made")
        self.assertEqual(403, status)
        self.assertIn("with an explicit deny in an identity-based policy", text)

    def test_trust_alone_does_not_lift_a_boundary(self):
        self.iam._create_policy({"PolicyName": ["no-sts"], "PolicyDocument": [self.document("ecs:*", "*")]})
        self.iam._put_role_permissions_boundary(
            {"RoleName": ["caller"], "PermissionsBoundary": [f"arn:aws:iam::{ACCOUNT}:policy/no-sts"]}
        )
        self.trusting("made", f"{ROLES}/caller")
        self.assertDenied(self.call_sts("made"), "sts:AssumeRole")

    def call_ec2(self, action, **params):
        return self.call_form("ec2", Action=action, Version="2016-11-15", **params)

    def subnet(self, environment):
        """A network with one subnet, tagged where an environment is named."""
        ec2 = upstream.service("ec2")
        made = ec2._create_vpc({"CidrBlock": ["10.9.0.0/16"]})
        network = re.search(r"<vpcId>(.+?)<", made[2].decode())[1]
        made = ec2._create_subnet({"VpcId": [network], "CidrBlock": ["10.9.1.0/24"]})
        subnet = re.search(r"<subnetId>(.+?)<", made[2].decode())[1]
        tags = [{"Key": "Environment", "Value": environment}] if environment else []
        ec2._tags[network] = ec2._tags[subnet] = tags
        return network, subnet

    def test_the_tags_of_each_network_thing_that_a_request_names_are_conditions(self):
        key = "aws:ResourceTag/Environment"
        other_tags = {"Null": {key: "false"}, "StringNotEquals": {key: "shop"}}
        self.allow(("Allow", "ec2:*", "*", None), ("Deny", "ec2:*", "*", other_tags))
        own, others, bare = self.subnet("shop"), self.subnet("other"), self.subnet("")
        for network, subnet in (own, bare):
            self.assertLetThrough(self.call_ec2("ModifySubnetAttribute", SubnetId=subnet))
            self.assertLetThrough(self.call_ec2("CreateTags", **{"ResourceId.1": network, "Tag.1.Key": "a", "Tag.1.Value": others[0]}))
        self.assertDeniedNetwork(self.call_ec2("DeleteSubnet", SubnetId=others[1]))
        self.assertDeniedNetwork(self.call_ec2("DeleteTags", **{"ResourceId.1": own[0], "ResourceId.2": others[0]}))
        self.assertLetThrough(self.call_ec2("DescribeSubnets", **{"SubnetId.1": others[1]}))

    def test_the_tags_of_a_flow_log_are_conditions(self):
        self.allow(("Allow", "ec2:*", "*", {"StringEquals": {"aws:ResourceTag/Environment": "shop"}}))
        made = {}
        for name in ("shop", "other"):
            tag = {"ResourceType": "vpc-flow-log", "Tag.1.Key": "Environment", "Tag.1.Value": name}
            params = {"ResourceId.1": ["vpc-1"], **{f"TagSpecification.1.{key}": [value] for key, value in tag.items()}}
            made[name] = re.search(r"<item>(fl-.+?)<", upstream.service("ec2")._create_flow_logs(params)[2].decode())[1]
        self.assertDeniedNetwork(self.call_ec2("DeleteFlowLogs", **{"FlowLogId.1": made["other"]}))
        self.assertLetThrough(self.call_ec2("DeleteFlowLogs", **{"FlowLogId.1": made["shop"]}))

    def assertDeniedNetwork(self, answer):
        self.assertEqual(403, answer[0])
        self.assertIn("UnauthorizedOperation", answer[1])

    def test_the_tags_of_a_load_balancer_are_conditions(self):
        prefix = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
        key = "aws:ResourceTag/Environment"
        self.allow(("Allow", "elasticloadbalancing:*", "*", {"StringEquals": {key: "shop"}}))
        for name in ("shop", "other"):
            tags = [{"Key": "Environment", "Value": name}]
            upstream.service("alb")._tags[f"{prefix}loadbalancer/app/{name}/1"] = tags
            upstream.service("alb")._tags[f"{prefix}listener-rule/app/{name}/1/2/3"] = tags
        call = lambda **form: self.call_form("elasticloadbalancing", Version="2015-12-01", **form)  # noqa: E731
        balancer = lambda name: call(Action="DeleteLoadBalancer", LoadBalancerArn=f"{prefix}loadbalancer/app/{name}/1")  # noqa: E731
        rule = lambda name: call(Action="DeleteRule", RuleArn=f"{prefix}listener-rule/app/{name}/1/2/3")  # noqa: E731
        self.assertDenied(balancer("other"), "elasticloadbalancing:DeleteLoadBalancer")
        self.assertDenied(rule("other"), "elasticloadbalancing:DeleteRule")
        self.assertLetThrough(rule("shop"))
        self.assertLetThrough(balancer("shop"))

    def test_a_repository_of_another_account_is_another_repository(self):
        own = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop"
        self.allow("ecr:*", own)
        requested = {"repositoryName": "shop", "imageIds": [{"imageTag": "a"}]}
        self.assertLetThrough(self.call_json("ecr", ECR, "BatchGetImage", **requested))
        others = self.call_json("ecr", ECR, "BatchGetImage", registryId="999999999999", **requested)
        self.assertDenied(others, "ecr:BatchGetImage")

    def test_a_log_stream_and_each_of_several_parameters_are_evaluated(self):
        self.allow(
            ("Allow", "logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/web:log-stream:*", None),
            ("Allow", "ssm:GetParameters", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/shop/*", None),
        )
        events = lambda group: self.call_json("logs", LOGS, "GetLogEvents", logGroupName=group, logStreamName="s")  # noqa: E731
        self.assertLetThrough(events("/ecs/web"))
        self.assertDenied(events("/ecs/api"), "logs:GetLogEvents")
        self.assertLetThrough(self.call_json("ssm", SSM, "GetParameters", Names=["/shop/a", "/shop/b"]))
        self.assertDenied(self.call_json("ssm", SSM, "GetParameters", Names=["/shop/a", "/other/b"]), "ssm:GetParameters")

    def test_a_registry_token_is_good_for_what_its_owner_may(self):
        self.allow(
            ("Allow", "ecr:GetAuthorizationToken", "*", None),
            ("Allow", ["ecr:BatchGetImage", "ecr:PutImage"], f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop", None),
        )
        bearer = ecr_login.bearer_of(f"Basic {base64.b64encode(self.password('ASIACALLER').encode()).decode()}")
        self.assertEqual((ACCOUNT, REGION, "ASIACALLER"), bearer)
        self.assertIsNone(ecr_rights.denial("PUT", "/v2/shop/manifests/a", bearer))
        for method, path in (("PUT", "/v2/other/manifests/a"), ("POST", "/v2/shop/blobs/uploads/"), ("DELETE", "/v2/shop/manifests/a")):
            self.assertEqual(403, ecr_rights.denial(method, path, bearer)[0], path)
        self.assertEqual(401, ecr_rights.denial("PUT", "/v2/shop/manifests/a", (ACCOUNT, REGION, "ASIAGONE"))[0])

    @staticmethod
    def password(key):
        return f"{ecr_login.USER}:{ecr_login.password(ACCOUNT, REGION, key)}"
