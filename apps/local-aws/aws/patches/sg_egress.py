"""Protocol -1 has no ports: the provider revokes the seeded allow-all rule with ports 0-0, upstream compares the ports,
so the rule stays and swallows the tags and description of the one created next (ministack 1.5.33)."""
from .. import upstream


@upstream.wrap("ec2", "_strip_descriptions")
def _without_ports(inner, rule):
    out = inner(rule)
    if str(out.get("IpProtocol")) == "-1":
        out.pop("FromPort", None)
        out.pop("ToPort", None)
    return out
