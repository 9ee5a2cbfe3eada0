"""A policy that refuses whoever does not speak TLS refuses everybody: the gateway speaks HTTP (on this machine alone), and
`s3:TlsVersion` is not known. Here each connection counts as the TLS 1.3 that the same client would speak to AWS (ministack 1.5.33)."""
from .. import upstream


@upstream.wrap(upstream.gateway, "pin_request_origin")
def _secure(inner, source_ip, _secure_transport):
    return inner(source_ip, True)


@upstream.wrap(upstream.iam_actions, "s3_service_context")
def _with_version(inner, *args, **kwargs):
    return {**inner(*args, **kwargs), "s3:TlsVersion": "1.3"}
