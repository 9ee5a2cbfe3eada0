"""TLS of a front: the versions of its policy, the certificate for the asked name, and which protocols it offers.

Versions before 1.2 are never spoken, because OpenSSL refuses them: policies that allow them serve from 1.2 on."""
import functools
import logging
import ssl

from . import certificates, distributions, fronts, listeners, tls

log = logging.getLogger("slipway.edge")
alb, cloudfront = fronts.alb, distributions.cloudfront
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
# Of TLS 1.2; 1.3 has its own.
STRICT, WIDE = "ECDHE+AESGCM", "ECDHE+AESGCM:ECDHE+AES256+SHA384:ECDHE+AES128+SHA256"
HTTP2 = "routing.http2.enabled"
_contexts = {}


def first_context(choose, low=V12, high=V13, ciphers=STRICT, protocols=tls.ALPN):
    """A context without a certificate: choose(name or None) gives that of the handshake, or None to end it."""
    context = tls.server_context()
    _limit(context, low, high, ciphers, protocols)

    def by_name(connection, name, _context):
        try:
            chosen = choose(name)
        except Exception:
            log.exception("no certificate for %s", name)
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        if chosen is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = chosen
        return None

    context.sni_callback = by_name
    return context


def of(front, port):
    """The context with which a handshake with this port of a front begins."""
    settings = _settings(front, port)
    return first_context(lambda name: chosen(front, port, name, *settings), *settings)


def chosen(front, port, name, *settings):
    """The context with the certificate of a front for a name, or None when there is none."""
    host = (name or "").lower()
    file = _FILES[front.kind](front, port, host)
    if file is None:
        return None
    if isinstance(file, list):
        return tls.own_context(file)
    settings = settings or _settings(front, port)
    key = (file, file.stat().st_mtime_ns, *settings)
    if key not in _contexts:
        context = tls.server_context(file)
        _limit(context, *settings)
        _contexts[key] = context
    return _contexts[key]


def _limit(context, low, high, ciphers, protocols):
    context.minimum_version, context.maximum_version = low, high
    context.set_ciphers(ciphers)
    context.set_alpn_protocols(list(protocols))


def _settings(front, port):
    """(lowest version, highest version, ciphers, protocols)"""
    if front.kind == "lb":
        listener = _listener(front, port)
        protocols = tls.ALPN if alb._lb_attr(front.id, HTTP2, "true") == "true" else tls.ALPN[1:]
        return (*versions(listener["SslPolicy"] if listener else ""), tuple(protocols))
    if front.kind == "cdn":
        return (V13 if _viewer(front).get("minimum", "").startswith("TLSv1.3") else V12, V13, STRICT, tuple(tls.ALPN))
    return V12, V13, STRICT, tuple(tls.ALPN)


def versions(policy):
    """(lowest version, highest version, ciphers) of a load balancer's policy."""
    if policy.startswith("ELBSecurityPolicy-TLS13-1-3-"):
        return V13, V13, STRICT
    return V12, V13 if "-TLS13-" in policy else V12, STRICT if "-Res-" in policy else WIDE


def _listener(front, port):
    return next((each for each in fronts.listeners(front) if each["Port"] == port and each["Protocol"] == "HTTPS"), None)


def _of_balancer(front, port, host):
    """The first certificate that covers the name, else the default one."""
    listener = _listener(front, port)
    held = [arn for arn in listeners.served(listener)] if listener else []
    arns = [arn for arn in held if (cert := certificates.issued(arn)) and certificates.covers(cert["SubjectAlternativeNames"], host)]
    return _file((arns or held or [None])[0])


def _of_distribution(front, _port, host):
    viewer = _viewer(front)
    if viewer["certificate"] and certificates.covers(viewer["aliases"], host):
        return _file(viewer["certificate"])
    return ["*.cloudfront.net"]


def _of_api(front, _port, host):
    if host in (front.id, ""):
        return _file(front.record.get("regionalCertificateArn") or front.record.get("certificateArn"))
    return [f"*.execute-api.{front.region}.amazonaws.com"]


_FILES = {"lb": _of_balancer, "cdn": _of_distribution, "api": _of_api}


def _file(arn):
    file = certificates.key_file(arn) if arn else None
    return file if file is not None and file.exists() else None


def _viewer(front):
    """What a distribution's configuration says of its names and its certificate."""
    return _viewer_of(front.id, front.record["ETag"], front.record["config_xml"])


@functools.lru_cache(maxsize=64)
def _viewer_of(_id, _etag, xml):
    config = distributions.config_of({"config_xml": xml})
    viewer = cloudfront._find(config, "ViewerCertificate")
    certificate, minimum = (
        cloudfront._text(viewer, field) if viewer is not None else "" for field in ("ACMCertificateArn", "MinimumProtocolVersion")
    )
    return {"certificate": certificate, "minimum": minimum, "aliases": distributions.names(config)}
