"""`registryId` is ignored: another account's repositories are looked up in the caller's own registry (ministack 1.5.33)."""
from .. import upstream

ecr = upstream.service("ecr")


def _in_its_account(inner, data):
    """Looks in the registry's account: staging pulls the images of production's registry."""
    with upstream.request_scope(data.get("registryId") or upstream.account_id(), upstream.region()):
        return inner(data)


for name in ("_batch_get_image", "_describe_images", "_describe_repositories", "_list_images"):
    upstream.wrap(ecr, name)(_in_its_account)
