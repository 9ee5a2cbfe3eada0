"""`registryId` is ignored: what another account's registry has is looked for in the caller's own (ministack 1.5.33)."""
from .. import kit

ecr = kit.service("ecr")


def _in_its_account(inner, data):
    """A staging account asks for the images that production's registry keeps."""
    with kit.request_scope(data.get("registryId") or kit.account_id(), kit.region()):
        return inner(data)


for name in ("_batch_get_image", "_describe_images", "_describe_repositories", "_list_images"):
    kit.wrap(ecr, name)(_in_its_account)
