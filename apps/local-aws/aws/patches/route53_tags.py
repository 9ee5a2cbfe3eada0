"""Tags of zones and health checks are saved for one account only, and loaded into the default one: after a restart the
zones of other accounts have none, and a plan shows a change (ministack 1.5.33)."""
from .. import upstream

route53 = upstream.service("route53")
KEY = "tags_of_all_accounts"


@upstream.wrap(route53, "get_state")
def _with_all(inner):
    tags = [[account, kind, of, dict(each)] for (account, (kind, of)), each in upstream.in_every_account(route53._tags)]
    return {**inner(), "tags": {}, KEY: tags}


@upstream.wrap(route53, "load_persisted_state")
def _load(inner, data):
    inner(data)
    for account, kind, of, tags in data.get(KEY, ()):
        route53._tags.set_scoped(account, None, (kind, of), tags)
