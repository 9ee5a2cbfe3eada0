"""A flow log forgets the role that it writes with, its interval, its format and its tags: each plan replaces it (ministack 1.5.33)."""
from .. import upstream

ec2 = upstream.service("ec2")

# AWS's own, for a flow log that names none.
INTERVAL = "600"
FORMAT = " ".join(
    f"${{{field}}}"
    for field in (
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split()
    )
)


def _shown(params):
    """What DescribeFlowLogs says of a flow log next to what upstream keeps."""
    destination = ec2._p(params, "LogDestination")
    group = destination.split(":log-group:")[1].removesuffix(":*") if ":log-group:" in destination else ""
    found = {
        "deliverLogsPermissionArn": ec2._p(params, "DeliverLogsPermissionArn"),
        "logGroupName": ec2._p(params, "LogGroupName") or group,
        "maxAggregationInterval": ec2._p(params, "MaxAggregationInterval") or INTERVAL,
        "logFormat": ec2._p(params, "LogFormat") or FORMAT,
    }
    return {name: value for name, value in found.items() if value}


@upstream.wrap("ec2", "_create_flow_logs")
def _create(inner, params):
    before = set(ec2._flow_logs)
    answer = inner(params)
    for made in set(ec2._flow_logs) - before:
        ec2._flow_logs[made]["Shown"] = _shown(params)
        # Upstream looks for the type `flow-log`, which is not AWS's word.
        ec2._parse_tag_specs(params, "vpc-flow-log", made)
    return answer


@upstream.wrap("ec2", "_describe_flow_logs")
def _describe(inner, params):
    def show(_parent, item, q):
        record = ec2._flow_logs.get(item.findtext(q("flowLogId"))) or {}
        for name, value in record.get("Shown", {}).items():
            upstream.set_child(item, q, name, value)

    return upstream.edit_items(inner(params), "flowLogSet/item", show)


@upstream.wrap("ec2", "_guess_resource_type")
def _type(inner, resource_id):
    return "vpc-flow-log" if resource_id.startswith("fl-") else inner(resource_id)
