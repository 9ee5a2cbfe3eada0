"""A policy that requires TLS denies every request, because the gateway speaks HTTP (on this host only), and `s3:TlsVersion` is unknown
(ministack 1.5.33). Here each connection counts as TLS 1.3, which the same client would use with AWS."""
from .. import upstream


@upstream.wrap(upstream.gateway, "pin_request_origin")
def _secure(inner, source_ip, _secure_transport):
    return inner(source_ip, True)


@upstream.wrap(upstream.iam_actions, "s3_service_context")
def _with_version(inner, *args, **kwargs):
    return {**inner(*args, **kwargs), "s3:TlsVersion": "1.3"}
