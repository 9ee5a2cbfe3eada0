"""A response headers policy shows empty lists of custom and removed headers, which AWS leaves out: each plan removes them again
(ministack 1.5.33)."""
from .. import upstream

cloudfront = upstream.service("cloudfront")
LISTS = ("CustomHeadersConfig", "RemoveHeadersConfig")


@upstream.wrap(cloudfront, "_build_rhp_config_xml")
def _without_empty_lists(inner, parent, config):
    inner(parent, config)
    for child in [child for child in parent if child.tag in LISTS and cloudfront._text(child, "Quantity") == "0"]:
        parent.remove(child)
