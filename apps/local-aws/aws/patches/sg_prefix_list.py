"""A security group's rule for a prefix list, such as that of S3's gateway endpoint, loses the list: the rule lets nothing through and each
plan wants it back (ministack 1.5.33)."""
from .. import upstream


@upstream.wrap("ec2", "_parse_ip_permissions")
def _with_lists(inner, params, prefix):
    rules = inner(params, prefix)
    for number, rule in enumerate(rules, 1):
        position = 1
        while given := (params.get(f"{prefix}.{number}.PrefixListIds.{position}.PrefixListId") or [""])[0]:
            described = (params.get(f"{prefix}.{number}.PrefixListIds.{position}.Description") or [""])[0]
            rule["PrefixListIds"].append({"PrefixListId": given, **({"Description": described} if described else {})})
            position += 1
    return rules
