"""The condition keys `s3:if-none-match` and `s3:if-match` of a write are unknown, so that a policy that requires a conditional write denies
every write (ministack 1.5.33)."""
from .. import upstream


@upstream.wrap(upstream.iam_actions, "_s3_object_context")
def _with_preconditions(inner, iam_action, query_params, path, headers):
    found = inner(iam_action, query_params, path, headers)
    if iam_action == "s3:PutObject":
        found.update({f"s3:{name}": headers[name] for name in ("if-none-match", "if-match") if headers.get(name)})
    return found
