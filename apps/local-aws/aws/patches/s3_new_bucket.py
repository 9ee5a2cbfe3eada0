"""A new bucket blocks no public access unless AUTH is on; AWS blocks all of it in every new bucket (ministack 1.5.33)."""
from .. import upstream

s3 = upstream.service("s3")


@upstream.replace(s3, "_new_bucket_public_access_block")
def _all_blocked():
    return {"_public_access_block": s3._NEW_BUCKET_PUBLIC_ACCESS_BLOCK}
