"""A redirect puts the decoded path into `Location`: `%20` becomes a space, and `%0d%0a` ends the header (ministack 1.5.33)."""
from urllib.parse import quote

from .. import upstream

# What a path may hold as it is; % only in what the client has encoded itself.
PLAIN = "/:@!$&'()*+,;=~"


@upstream.wrap("alb", "_execute_action")
async def _as_the_client_wrote_it(inner, action, method, path, headers, body, query, raw_query=None, raw_path=None):
    if action.get("Type", "").lower() == "redirect":
        asked = quote(path, PLAIN) if raw_path is None else raw_path
        config = action.get("RedirectConfig", {})
        # Filled in here, because upstream drops every slash at the path's beginning.
        target = config.get("Path", "/#{path}").replace("#{path}", asked.removeprefix("/"))
        action = {**action, "RedirectConfig": {**config, "Path": target}}
        # Upstream fills in once more: itself, in case the client has asked for just that.
        path = "#{path}"
    return await inner(action, method, path, headers, body, query, raw_query, raw_path)
