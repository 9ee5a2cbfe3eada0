"""The probes of IAM: identities, policies and passed roles."""
import json

from .. import upstream
from .client import ECS, login, one, probe, query, registry


def signed(action, **params):
    """The request of an action with its parameters, as IAM sees it."""
    return {"Action": [action], **{name: [value] for name, value in params.items()}}


def resource_of(service, headers=None, body=b"", params=None):
    return upstream.iam_actions.extract_resource_arn(
        service, "POST", "/", headers or {}, body, params or {}, "us-west-2", "999999999999"
    )


@probe
def iam_resource(_loaded):
    query("iam", "CreateRole", RoleName="probe-role", Path="/team/", AssumeRolePolicyDocument="{}")
    return "/team/" not in resource_of("iam", params=signed("GetRole", RoleName="probe-role"))


@probe
def iam_keys(_loaded):
    params = signed("CreateRole", RoleName="r", PermissionsBoundary="arn:aws:iam::999999999999:policy/b")
    return "iam:permissionsboundary" not in upstream.iam_actions.request_tag_context("iam", "iam:CreateRole", b"", params)


@probe
def iam_pass_role(_loaded):
    """A role that may register task definitions and pass nothing."""
    session("ASIAPROBE", {"Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": "*"})
    body = json.dumps({"family": "f", "taskRoleArn": "arn:aws:iam::999999999999:role/admin"}).encode()
    resource_of("ecs", {"x-amz-target": f"{ECS}.RegisterTaskDefinition"}, body)
    return upstream.iam_evaluator.enforce("ASIAPROBE", "ecs:RegisterTaskDefinition", "ecs", "us-west-2") is None


@probe
def sts_trust(_loaded):
    """A role that trusts its caller."""
    session("ASIATRUSTED", {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"})
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:role/probe-asiatrusted"}, "Action": "sts:AssumeRole"}
    query("iam", "CreateRole", RoleName="probe-trusting", AssumeRolePolicyDocument=json.dumps({"Statement": trust}))
    role = "arn:aws:iam::999999999999:role/probe-trusting"
    return upstream.iam_evaluator.enforce("ASIATRUSTED", "sts:AssumeRole", "sts", "us-west-2", role) is not None


@probe
def network_tags(_loaded):
    """The tags of a network as conditions, for an id that upstream does not recognize."""
    network = one(query("ec2", "CreateVpc", CidrBlock="10.9.0.0/16"), "vpcId")
    query("ec2", "CreateTags", **{"ResourceId.1": network, "Tag.1.Key": "Environment", "Tag.1.Value": "probe"})
    tagged = {"StringEquals": {"aws:ResourceTag/Environment": "probe"}}
    session("ASIATAGGED", {"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": tagged})
    arn = resource_of("ec2", params=signed("DeleteTags", **{"ResourceId.1": network}))
    return upstream.iam_evaluator.enforce("ASIATAGGED", "ec2:DeleteTags", "ec2", "us-west-2", arn) is not None


@probe
def iam_names(_loaded):
    """A distribution that is to be made, which AWS evaluates on all of them."""
    request = ("cloudfront", "POST", "/2020-05-31/distribution", {}, b"", {"WithTags": [""]})
    action = upstream.iam_actions.extract_iam_action(*request)
    return (action, upstream.iam_actions.extract_resource_arn(*request, "us-east-1", "999999999999")) != (
        "cloudfront:CreateDistribution",
        "arn:aws:cloudfront::999999999999:distribution/*",
    )


@probe
def iam_providers(_loaded):
    made = query("iam", "CreateOpenIDConnectProvider", Url="https://probe.example")
    tags = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "b"}
    query("iam", "TagOpenIDConnectProvider", OpenIDConnectProviderArn=one(made, "OpenIDConnectProviderArn"), **tags)
    return "<Key>a</Key>" not in query("iam", "GetOpenIDConnectProvider", OpenIDConnectProviderArn=one(made, "OpenIDConnectProviderArn"))


@probe
def sts_web_identity(_loaded):
    """Nobody signed this token."""
    arn = "arn:aws:iam::999999999999:role/probe-role"
    answer = query("sts", "AssumeRoleWithWebIdentity", RoleArn=arn, RoleSessionName="p", WebIdentityToken="a.b.c")
    return "<AccessKeyId>" in answer


def session(key, statement):
    """A session of a role with one right."""
    name = f"probe-{key.lower()}"
    query("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    query("iam", "PutRolePolicy", RoleName=name, PolicyName="p", PolicyDocument=document)
    arn = f"arn:aws:sts::999999999999:assumed-role/{name}/probe"
    record = {"Arn": arn, "AccountId": "999999999999", "SecretAccessKey": "s", "PrincipalType": "AssumedRole"}
    upstream.service("sts").register_session(key, record)


@probe
def ecr_rights(_loaded):
    """A registry token of a role without rights in ECR."""
    session("ASIANOTHING", {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"})
    upstream.gateway.AUTH = True
    try:
        upstream.iam_evaluator._verified_key.set("ASIANOTHING")
        return registry("GET", "/v2/probe/manifests/1", login())[0] != 403
    finally:
        upstream.gateway.AUTH = False
        upstream.iam_evaluator._verified_key.set("")
