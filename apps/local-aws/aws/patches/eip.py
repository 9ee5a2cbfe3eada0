"""DescribeAddresses ignores its filters: with a second address in the account (a NAT gateway's is enough) the provider never finds an
association and waits until its timeout (ministack 1.5.33)."""
from .. import upstream

FILTERS = {
    "association-id": "AssociationId",
    "allocation-id": "AllocationId",
    "instance-id": "InstanceId",
    "public-ip": "PublicIp",
    "domain": "Domain",
    "network-interface-id": "NetworkInterfaceId",
}


@upstream.wrap("ec2", "_describe_addresses")
def _filtered(inner, params):
    ec2 = upstream.service("ec2")
    filters, addresses = ec2._parse_filters(params), ec2._parse_member_list(params, "PublicIp")

    def drop_unmatched(parent, item, q):
        record = ec2._addresses.get(item.findtext(q("allocationId"))) or {}
        matches = all(record.get(FILTERS[f]) in values for f, values in filters.items() if f in FILTERS)
        if not matches or (addresses and record.get("PublicIp") not in addresses):
            parent.remove(item)

    return upstream.edit_items(inner(params), "addressesSet/item", drop_unmatched)
