"""DescribeRouteTables ignores the filter `route.gateway-id`: every route table seems to lead to the internet (ministack 1.5.33)."""
import fnmatch

from .. import upstream

NAME = "route.gateway-id"


@upstream.wrap("ec2", "_describe_route_tables")
def _filtered(inner, params):
    ec2 = upstream.service("ec2")
    wanted = ec2._parse_filters(params).get(NAME, [])

    def drop_unmatched(parent, item, q):
        table = ec2._route_tables.get(item.findtext(q("routeTableId"))) or {}
        gateways = [route.get("GatewayId", "") for route in table.get("Routes", [])]
        if not any(fnmatch.fnmatchcase(gateway, value) for gateway in gateways for value in wanted):
            parent.remove(item)

    answer = inner(params)
    return upstream.edit_items(answer, "routeTableSet/item", drop_unmatched) if wanted else answer
