"""The probes of all patches and ECS parts except IAM's. They need neither server nor docker."""
import asyncio
import json

from .. import upstream
from .client import ECS, SSM, call, one, probe, query

IMAGE = "999999999999.dkr.ecr.us-west-2.amazonaws.com/probe:1"


def no_docker():
    upstream.service("ecs")._get_docker = lambda: None


def definition(family, **container):
    return call(
        "ecs", ECS, "RegisterTaskDefinition", family=family, containerDefinitions=[{"name": "c", "image": "i", **container}]
    )["taskDefinition"]["taskDefinitionArn"]


def service(name, desired=0):
    no_docker()
    call("ecs", ECS, "CreateCluster", clusterName="probe")
    arn = definition(name)
    made = call("ecs", ECS, "CreateService", cluster="probe", serviceName=name, taskDefinition=arn, desiredCount=desired)
    return made["service"]


def target_group(name):
    answer = query("elasticloadbalancing", "CreateTargetGroup", Name=name, Protocol="HTTP", Port=1, TargetType="ip")
    arn = one(answer, "TargetGroupArn")
    target = {"Targets.member.1.Id": "127.0.0.1", "Targets.member.1.Port": "1"}
    query("elasticloadbalancing", "RegisterTargets", TargetGroupArn=arn, **target)
    return arn


# patches


@probe
def sg_egress(_loaded):
    vpc = one(query("ec2", "CreateVpc", CidrBlock="10.9.0.0/16"), "vpcId")
    group = one(query("ec2", "CreateSecurityGroup", GroupName="g", GroupDescription="g", VpcId=vpc), "groupId")
    everything = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges.1.CidrIp": "0.0.0.0/0"}
    query("ec2", "RevokeSecurityGroupEgress", GroupId=group, **{f"IpPermissions.1.{k}": v for k, v in everything.items()})
    requested = {"Filter.1.Name": "group-id", "Filter.1.Value.1": group}
    return "0.0.0.0/0" in query("ec2", "DescribeSecurityGroupRules", **requested)


@probe
def eip(_loaded):
    for _ in range(2):
        query("ec2", "AllocateAddress")
    requested = {"Filter.1.Name": "association-id", "Filter.1.Value.1": "eipassoc-0"}
    return "<allocationId>" in query("ec2", "DescribeAddresses", **requested)


@probe
def route_filters(_loaded):
    vpc = one(query("ec2", "CreateVpc", CidrBlock="10.9.0.0/16"), "vpcId")
    requested = {"Filter.1.Name": "route.gateway-id", "Filter.1.Value.1": "igw-*"}
    return f"<vpcId>{vpc}</vpcId>" in query("ec2", "DescribeRouteTables", **requested)


@probe
def vpc_endpoint(_loaded):
    asked = {"VpcId": "vpc-probe", "ServiceName": "com.amazonaws.us-west-2.logs", "VpcEndpointType": "Interface"}
    query("ec2", "CreateVpcEndpoint", **asked, **{"SecurityGroupId.1": "sg-probe"})
    found = query("ec2", "DescribeVpcEndpoints")
    return "sg-probe" not in found or "<privateDnsEnabled>true" not in found


@probe
def flow_log(_loaded):
    query("ec2", "CreateFlowLogs", **{"ResourceId.1": "vpc-probe", "DeliverLogsPermissionArn": "arn:probe"})
    return "arn:probe" not in query("ec2", "DescribeFlowLogs")


@probe
def client_token(_loaded):
    requested = {"SubnetId": "subnet-probe", "ClientToken": "probe"}
    return len({one(query("ec2", "CreateNatGateway", **requested), "natGatewayId") for _ in range(2)}) == 2


@probe
def alb_scope(_loaded):
    made = query("elasticloadbalancing", "CreateLoadBalancer", Name="probe")
    with upstream.request_scope("888888888888", "eu-north-1"):
        return upstream.service("alb").find_lb_for_host(one(made, "DNSName")) is None


@probe
def alb_first(_loaded):
    headers = {"host": "none.eu-north-1.elb.amazonaws.com"}
    answer = asyncio.run(upstream.gateway._handle_pre_body_request("GET", "/health", headers, {}, "id"))
    return answer is not None


@probe
def alb_redirect(_loaded):
    """A line end of the path ends the header."""
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}
    asked = (redirect, "GET", "/a\r\nb", {"host": "x"}, b"", {}, "", "/a%0d%0ab")
    answer = asyncio.run(upstream.service("alb")._execute_action(*asked))
    return "\r\n" in answer[1]["Location"]


@probe
def alb_access_logs(_loaded):
    """The bucket does not exist."""
    arn = one(query("elasticloadbalancing", "CreateLoadBalancer", Name="probe-logs"), "LoadBalancerArn")
    wanted = [("access_logs.s3.enabled", "true"), ("access_logs.s3.bucket", "probe-no-bucket")]
    given = {f"Attributes.member.{n}.{part}": text for n, pair in enumerate(wanted, 1) for part, text in zip(("Key", "Value"), pair)}
    return "<Attributes>" in query("elasticloadbalancing", "ModifyLoadBalancerAttributes", LoadBalancerArn=arn, **given)


def bucket(method, name, headers=None, key="", body=b"", **query_params):
    path = f"/{name}/{key}" if key else f"/{name}"
    return asyncio.run(upstream.service("s3").handle_request(method, path, headers or {}, body, query_params))


@probe
def s3_owner(_loaded):
    bucket("PUT", "probe-owner")
    return bucket("HEAD", "probe-owner", {"x-amz-expected-bucket-owner": "888888888888"})[0] == 200


@probe
def s3_new_bucket(_loaded):
    bucket("PUT", "probe-new-bucket")
    return bucket("GET", "probe-new-bucket", publicAccessBlock="")[0] == 404


@probe
def s3_conditions(_loaded):
    found = upstream.iam_actions.s3_service_context("s3:PutObject", {}, "/probe/key", {"if-none-match": "*"})
    return "s3:if-none-match" not in found


@probe
def tls(_loaded):
    upstream.gateway.pin_request_origin("127.0.0.1", False)
    return "s3:TlsVersion" not in upstream.iam_actions.s3_service_context("s3:GetObject", {}, "/probe/key", {})


# the ECS package


@probe
def service_answer(_loaded):
    """An empty networkConfiguration, on which provider 5.100.0 panics."""
    service("probe-answer")
    found = call("ecs", ECS, "DescribeServices", cluster="probe", services=["probe-answer"])["services"][0]
    return found.get("networkConfiguration") == {}


@probe
def inactive_definition(_loaded):
    service("probe-retired")
    arn = definition("probe-retired")
    call("ecs", ECS, "DeregisterTaskDefinition", taskDefinition=arn)
    answer = call("ecs", ECS, "UpdateService", cluster="probe", service="probe-retired", taskDefinition=arn)
    return "TaskDefinition is inactive" not in json.dumps(answer)


@probe
def scheduler(_loaded):
    """A first deployment is completed at once, so that it can never fail."""
    return service("probe-first", desired=1)["deployments"][0]["rolloutState"] == "COMPLETED"


@probe
def history(_loaded):
    service("probe-history")
    found = call("ecs", ECS, "ListServiceDeployments", cluster="probe", service="probe-history")
    return not found["serviceDeployments"]


@probe
def targets(_loaded):
    group = target_group("probe-targets")
    return "<State>healthy</State>" in query("elasticloadbalancing", "DescribeTargetHealth", TargetGroupArn=group)


@probe
def proxy(_loaded):
    """A target that does not answer yet gets traffic: 502 instead of 503."""
    group = target_group("probe-proxy")
    answer = asyncio.run(upstream.service("alb")._forward_to_tg(group, "GET", "/", {"host": "x"}, b"", {}))
    return answer[0] == 502


@probe
def inputs(loaded):
    """A SecureString reaches the container as it is stored."""
    call("ssm", SSM, "PutParameter", Name="/probe/key", Value="plain", Type="SecureString")
    secret = {"secrets": [{"name": "K", "valueFrom": "arn:aws:ssm:us-west-2:999999999999:parameter/probe/key"}]}
    if loaded:
        from ..ecs import inputs as ours

        return ours.environment(secret)["K"] != "plain"
    return upstream.service("ecs")._resolve_container_secrets(secret)["K"] != "plain"


@probe
def containers(loaded):
    """readonlyRootFilesystem, user, healthCheck are not read."""
    requested = {"name": "c", "image": "i", "readonlyRootFilesystem": True, "user": "1", "healthCheck": {"command": ["CMD", "x"]}}
    if loaded:
        from ..ecs import containers as ours

        given = ours.arguments(requested, {"family": "f"}, "0" * 32, {}, None)
    else:
        given = upstream.service("ecs")._build_run_kwargs(requested, {}, {}, None, None, False, "0" * 32, "arn", None, "arn")
    return not all(given.get(k) for k in ("read_only", "user", "healthcheck"))


@probe
def images(loaded):
    """A task's image is pulled from the host of real AWS."""
    if loaded:
        from ..ecs import images as ours

        return not ours.local(IMAGE)[0].startswith("127.0.0.1:")
    requested = []

    class Docker:
        """Takes the place of docker-py's client, its images and its containers."""

        pull = run = lambda _self, name, **_: requested.append(name)

    Docker.images = Docker.containers = Docker()
    upstream.service("ecs")._run_docker_container(Docker(), {"image": IMAGE}, {}, refresh_image=True)
    return requested[0] == IMAGE


@probe
def tasks(loaded):
    """A container gets 5 s, whatever its stopTimeout is."""

    class Container:
        given = None

        def stop(self, timeout):
            self.given = timeout

        def remove(self, **_):
            pass

    container = Container()
    if loaded:
        from ..ecs import tasks as ours

        return ours.stop_seconds({"stopTimeout": 40}) != 40
    upstream.service("ecs")._remove_docker_container(object(), container)
    return container.given == 5


@probe
def logs(loaded):
    """A task whose log group does not exist starts and its output is lost."""
    options = {"awslogs-group": "/probe/none", "awslogs-region": "us-west-2", "awslogs-stream-prefix": "p"}
    requested = {"name": "c", "logConfiguration": {"logDriver": "awslogs", "options": options}}
    if loaded:
        from ..ecs import logs as ours

        try:
            ours.open_stream(requested, "0" * 32, "id")
        except ours.NoGroup:
            return False
        return True
    ecs = upstream.service("ecs")
    return ecs._ensure_awslogs_stream(ecs._awslogs_config(requested, "0" * 32, "id")) is False
