"""An interface endpoint forgets its security groups, whether its private DNS name is on, and every endpoint its policy: each plan wants to
put them back (ministack 1.5.33).

Here they are kept from creation and changes, and DescribeVpcEndpoints shows them. AWS gives an endpoint that names no group the VPC's
own, and one without a policy that which allows everything."""
import json
import re
from xml.sax.saxutils import escape

from .. import upstream

ec2 = upstream.service("ec2")

EVERYTHING = json.dumps({"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]})


def _is_on(params, otherwise):
    """A request that does not say so leaves the private DNS name as it is."""
    return {"true": True, "false": False}.get(ec2._p(params, "PrivateDnsEnabled"), otherwise)


def _own_group(vpc_id):
    groups = ec2._security_groups.values()
    return [group["GroupId"] for group in groups if group["VpcId"] == vpc_id and group["GroupName"] == "default"]


@upstream.wrap("ec2", "_create_vpc_endpoint")
def _create(inner, params):
    answer = inner(params)
    made = re.search(rb"<vpcEndpointId>([^<]*)<", answer[2])
    endpoint = ec2._vpc_endpoints.get(made[1].decode()) if made else None
    # A request that is repeated is answered with what it made, which may be gone or changed since.
    if endpoint is None or "PrivateDnsEnabled" in endpoint:
        return answer
    is_interface = endpoint["VpcEndpointType"] == "Interface"
    endpoint["PrivateDnsEnabled"] = is_interface and _is_on(params, True)
    if is_interface:
        endpoint["SecurityGroupIds"] = ec2._parse_member_list(params, "SecurityGroupId") or _own_group(endpoint["VpcId"])
    endpoint["PolicyDocument"] = ec2._p(params, "PolicyDocument") or EVERYTHING
    return ec2._xml(200, "CreateVpcEndpointResponse", ec2._vpce_fields_xml(endpoint, tag="vpcEndpoint"))


@upstream.wrap("ec2", "_modify_vpc_endpoint")
def _modify(inner, params):
    answer = inner(params)
    endpoint = ec2._vpc_endpoints.get(ec2._p(params, "VpcEndpointId"))
    if answer[0] != 200 or endpoint is None:
        return answer
    added, removed = (ec2._parse_member_list(params, f"{what}SecurityGroupId") for what in ("Add", "Remove"))
    kept = [group for group in endpoint.get("SecurityGroupIds", []) if group not in removed]
    endpoint["SecurityGroupIds"] = list(dict.fromkeys(kept + added))
    endpoint["PrivateDnsEnabled"] = _is_on(params, endpoint.get("PrivateDnsEnabled", False))
    if ec2._p(params, "ResetPolicy") == "true":
        endpoint["PolicyDocument"] = EVERYTHING
    return answer


@upstream.wrap("ec2", "_vpce_fields_xml")
def _fields(inner, endpoint, tag="item"):
    groups = "".join(f"<item><groupId>{group}</groupId></item>" for group in endpoint.get("SecurityGroupIds", []))
    whole, end = inner(endpoint, tag).rsplit(f"</{tag}>", 1)
    return f"""{whole}<groupSet>{groups}</groupSet>
        <privateDnsEnabled>{str(endpoint.get("PrivateDnsEnabled", False)).lower()}</privateDnsEnabled>
        <ipAddressType>ipv4</ipAddressType>
        <policyDocument>{escape(endpoint.get("PolicyDocument", EVERYTHING))}</policyDocument>
    </{tag}>{end}"""
