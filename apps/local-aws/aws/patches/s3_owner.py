"""`x-amz-expected-bucket-owner` is ignored: a request for a bucket that another account owns succeeds (ministack 1.5.33)."""
from .. import upstream

s3 = upstream.service("s3")


@upstream.wrap(s3, "_dispatch")
def _of_the_expected_owner(inner, method, bucket, key, headers, body, query_params):
    # Upstream has set the request's account to the bucket's owner by now.
    expected = headers.get("x-amz-expected-bucket-owner")
    if expected and bucket in s3._buckets and expected != upstream.account_id():
        return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}")
    return inner(method, bucket, key, headers, body, query_params)
