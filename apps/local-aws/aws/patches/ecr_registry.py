"""`registryId` is ignored: what another account's registry has is looked for in the caller's own (ministack 1.5.33)."""
from .. import upstream

ecr = upstream.service("ecr")


def _in_its_account(inner, data):
    """A staging account asks for the images that production's registry keeps."""
    with upstream.request_scope(data.get("registryId") or upstream.account_id(), upstream.region()):
        return inner(data)


for name in ("_batch_get_image", "_describe_images", "_describe_repositories", "_list_images"):
    upstream.wrap(ecr, name)(_in_its_account)
