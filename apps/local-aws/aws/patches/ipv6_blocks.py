"""A VPC that asks for an IPv6 block gets none, and a subnet forgets its own: what computes with the block fails (ministack 1.5.33).

Here a VPC gets a /56 of the range for documentation, which is routed nowhere, and its subnets keep /64s of it."""
import hashlib
import ipaddress

from .. import upstream

ec2 = upstream.service("ec2")
BLOCKS = int(ipaddress.ip_address("2001:db8::"))
FILTER = "ipv6-cidr-block-association."


def _block(vpc_id):
    """Of 16 million blocks the one that the VPC's id names."""
    number = int.from_bytes(hashlib.sha256(vpc_id.encode()).digest()[:3], "big")
    return str(ipaddress.ip_network((BLOCKS + (number << 72), 56)))


def _associate_vpc(vpc):
    id = vpc["VpcId"]
    vpc["Ipv6"] = {"AssociationId": f"vpc-cidr-assoc-{hashlib.sha256(id.encode()).hexdigest()[:17]}", "Block": _block(id)}


def _xml(associations, more=""):
    return "".join(
        f"<item><associationId>{each['AssociationId']}</associationId><ipv6CidrBlock>{each['Block']}</ipv6CidrBlock>"
        f"<ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState>{more}</item>"
        for each in associations
        if each
    )


def _amazons():
    return f"<ipv6Pool>Amazon</ipv6Pool><networkBorderGroup>{upstream.region()}</networkBorderGroup>"


@upstream.wrap("ec2", "_vpc_fields_xml")
def _vpc(inner, vpc, tag="item"):
    whole, end = inner(vpc, tag).rsplit(f"</{tag}>", 1)
    found = _xml([vpc.get("Ipv6")], _amazons())
    return f"{whole}<ipv6CidrBlockAssociationSet>{found}</ipv6CidrBlockAssociationSet></{tag}>{end}"


@upstream.wrap("ec2", "_subnet_fields_xml")
def _subnet(inner, subnet, tag="item"):
    whole, end = inner(subnet, tag).rsplit(f"</{tag}>", 1)
    on = str(bool(subnet.get("AssignIpv6AddressOnCreation"))).lower()
    whole = whole.replace("<assignIpv6AddressOnCreation>false<", f"<assignIpv6AddressOnCreation>{on}<")
    return f"{whole}<ipv6CidrBlockAssociationSet>{_xml([subnet.get('Ipv6')])}</ipv6CidrBlockAssociationSet></{tag}>{end}"


@upstream.wrap("ec2", "_create_vpc")
def _create_vpc(inner, params):
    before = set(ec2._vpcs)
    answer = inner(params)
    if ec2._p(params, "AmazonProvidedIpv6CidrBlock") == "true":
        for id in set(ec2._vpcs) - before:
            _associate_vpc(ec2._vpcs[id])
            return ec2._xml(200, "CreateVpcResponse", ec2._vpc_fields_xml(ec2._vpcs[id], tag="vpc"))
    return answer


@upstream.wrap("ec2", "_create_subnet")
def _create_subnet(inner, params):
    asked = ec2._p(params, "Ipv6CidrBlock")
    error = _refused(ec2._p(params, "VpcId"), asked) if asked else None
    if error:
        return error
    before = set(ec2._subnets)
    answer = inner(params)
    if asked:
        for id in set(ec2._subnets) - before:
            _associate_subnet(ec2._subnets[id], asked)
            return ec2._xml(200, "CreateSubnetResponse", ec2._subnet_fields_xml(ec2._subnets[id], tag="subnet"))
    return answer


def _associate_subnet(subnet, block):
    id = hashlib.sha256(f"{subnet['SubnetId']} {block}".encode()).hexdigest()[:17]
    subnet["Ipv6"] = {"AssociationId": f"subnet-cidr-assoc-{id}", "Block": str(ipaddress.ip_network(block))}


def _refused(vpc_id, block):
    """AWS's answer for a block that is no /64 of the VPC's, or that another subnet has."""
    whole = ((ec2._vpcs.get(vpc_id) or {}).get("Ipv6") or {}).get("Block")
    try:
        asked = ipaddress.IPv6Network(block)
    except ValueError:
        asked = None
    if asked is None or asked.prefixlen != 64 or whole is None or not asked.subnet_of(ipaddress.ip_network(whole)):
        return ec2._error("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.", 400)
    taken = [(each.get("Ipv6") or {}).get("Block") for each in ec2._subnets.values()]
    if str(asked) in taken:
        return ec2._error("InvalidSubnet.Conflict", f"The CIDR '{block}' conflicts with another subnet", 400)
    return None


@upstream.wrap("ec2", "_modify_subnet_attribute")
def _modify_subnet(inner, params):
    answer = inner(params)
    asked = ec2._p(params, "AssignIpv6AddressOnCreation.Value")
    if asked and answer[0] == 200:
        ec2._subnets[ec2._p(params, "SubnetId")]["AssignIpv6AddressOnCreation"] = asked == "true"
    return answer


def _of(records, params):
    """The record whose association a request names."""
    wanted = ec2._p(params, "AssociationId")
    return next((each for each in records.values() if (each.get("Ipv6") or {}).get("AssociationId") == wanted), None)


def _answered(action, record, key, more=""):
    inner = _xml([record["Ipv6"]], more).removeprefix("<item>").removesuffix("</item>")
    whole = f"<{key[0].lower()}{key[1:]}>{record[key]}</{key[0].lower()}{key[1:]}>"
    return ec2._xml(200, f"{action}Response", f"{whole}<ipv6CidrBlockAssociation>{inner}</ipv6CidrBlockAssociation>")


@upstream.add_action("ec2", "AssociateVpcCidrBlock")
def _associate_vpc_block(params):
    vpc = ec2._vpcs.get(ec2._p(params, "VpcId"))
    if vpc is None:
        return ec2._error("InvalidVpcID.NotFound", f"The vpc ID '{ec2._p(params, 'VpcId')}' does not exist", 400)
    if ec2._p(params, "AmazonProvidedIpv6CidrBlock") != "true":
        return ec2._error("UnsupportedOperation", "Only Amazon's IPv6 blocks can be added to a VPC here.", 400)
    _associate_vpc(vpc)
    return _answered("AssociateVpcCidrBlock", vpc, "VpcId", _amazons())


@upstream.add_action("ec2", "AssociateSubnetCidrBlock")
def _associate_subnet_block(params):
    subnet, asked = ec2._subnets.get(ec2._p(params, "SubnetId")), ec2._p(params, "Ipv6CidrBlock")
    if subnet is None:
        return ec2._error("InvalidSubnetID.NotFound", f"The subnet ID '{ec2._p(params, 'SubnetId')}' does not exist", 400)
    if error := _refused(subnet["VpcId"], asked):
        return error
    _associate_subnet(subnet, asked)
    return _answered("AssociateSubnetCidrBlock", subnet, "SubnetId")


def _disassociate(action, records, key):
    def carried_out(params):
        record = _of(getattr(ec2, records), params)
        if record is None:
            return ec2._error("InvalidCidrBlockAssociationId.NotFound", f"'{ec2._p(params, 'AssociationId')}' does not exist", 400)
        if key == "VpcId" and any(each.get("Ipv6") for each in ec2._subnets.values() if each["VpcId"] == record[key]):
            return ec2._error("InvalidCidrBlock.InUse", f"The block of {record[key]} is in use by a subnet", 400)
        answer = _answered(action, record, key)
        del record["Ipv6"]
        return answer

    upstream.add_action("ec2", action)(carried_out)


_disassociate("DisassociateVpcCidrBlock", "_vpcs", "VpcId")
_disassociate("DisassociateSubnetCidrBlock", "_subnets", "SubnetId")


def _filtered(inner, record, filters):
    """Upstream takes a filter that it does not know for fulfilled."""
    found = record.get("Ipv6") or {}
    known = {"association-id": found.get("AssociationId"), "ipv6-cidr-block": found.get("Block"), "state": "associated" if found else None}
    ours = {name.removeprefix(FILTER): values for name, values in filters.items() if name.startswith(FILTER)}
    return inner(record, filters) and all(known.get(name) in values for name, values in ours.items())


for _name in ("_matches_vpc_filters", "_matches_subnet_filters"):
    upstream.wrap("ec2", _name)(_filtered)
