"""Protocol -1 has no ports, but upstream compares them: the provider revokes the default allow-all rule with ports 0-0, the rule stays, and
the next rule's tags and description are lost (ministack 1.5.33)."""
from .. import upstream


@upstream.wrap("ec2", "_strip_descriptions")
def _without_ports(inner, rule):
    out = inner(rule)
    if str(out.get("IpProtocol")) == "-1":
        out.pop("FromPort", None)
        out.pop("ToPort", None)
    return out
