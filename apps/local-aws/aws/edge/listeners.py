"""The certificates of HTTPS listeners: issued ones of the listener's region, one default and further ones for other names (SNI).

Upstream (1.5.33) takes any text as a certificate, listens for HTTPS without one, and lacks the calls for the further ones."""
from .. import upstream
from . import certificates

alb = upstream.service("alb")
FURTHER = "FurtherCertificates"
MOST_FURTHER = 25
SECURE = ("HTTPS", "TLS")


def served(listener):
    """ARNs of the default certificate and of the further ones."""
    return [*listener.get("Certificates", ()), *listener.get(FURTHER, ())]


def refusal(arns):
    """AWS's error for certificates that cannot be served here, or None. Those of IAM are left to upstream."""
    for arn in arns:
        if arn.split(":")[2:3] == ["iam"]:
            continue
        if certificates.acm._get_local_certificate(arn) is None:
            return alb._error("CertificateNotFound", f"Certificate '{arn}' not found")
        if certificates.issued(arn) is None:
            text = "must have a fully-qualified domain name, a supported signature, and a supported key size."
            return alb._error("UnsupportedCertificate", f"The certificate '{arn}' {text}")
    return None


@upstream.wrap(alb, "_default_certificate")
def _default(inner, params):
    arns, error = inner(params)
    if error is None:
        error = refusal(arns)
    if error is None and not arns and alb._p(params, "Action") == "CreateListener" and alb._p(params, "Protocol") in SECURE:
        error = alb._error("ValidationError", "A certificate must be specified for HTTPS listeners")
    return arns, error


@upstream.wrap(alb, "_apply_tls_settings")
def _without_further_ones(inner, listener, *settings):
    inner(listener, *settings)
    if listener.get("Protocol") not in SECURE:
        listener.pop(FURTHER, None)


def _with_listener(action):
    """Adds an action. fn(listener, ARNs) returns an error or the result's XML."""

    def decorate(fn):
        @upstream.add_action("alb", action)
        def act(params):
            arn = alb._p(params, "ListenerArn")
            listener = alb._listeners.get(arn)
            if listener is None:
                return alb._error("ListenerNotFound", f"Listener '{arn}' not found.")
            result = fn(listener, alb._parse_certificate_arns(params))
            return result if isinstance(result, tuple) else alb._xml(200, action, result)

        return fn

    return decorate


@_with_listener("AddListenerCertificates")
def _add(listener, arns):
    held = listener.get(FURTHER, [])
    new = [arn for arn in arns if arn not in held]
    if error := refusal(arns):
        return error
    if len(held) + len(new) > MOST_FURTHER:
        return alb._error("TooManyCertificates", f"The maximum number of certificates ({MOST_FURTHER}) has been reached.")
    # Another list, because the old one may be in the middle of a handshake.
    listener[FURTHER] = [*held, *new]
    return _rows([(arn, False) for arn in arns])


@_with_listener("RemoveListenerCertificates")
def _remove(listener, arns):
    if set(arns).intersection(listener.get("Certificates", ())):
        return alb._error("OperationNotPermitted", "The default certificate of a listener cannot be removed.")
    listener[FURTHER] = [arn for arn in listener.get(FURTHER, ()) if arn not in arns]
    return ""


@_with_listener("DescribeListenerCertificates")
def _describe(listener, _arns):
    default = [(arn, True) for arn in listener.get("Certificates", ())]
    return _rows([*default, *((arn, False) for arn in listener.get(FURTHER, ()))])


def _rows(arns):
    members = (
        f"<member><CertificateArn>{alb._esc(arn)}</CertificateArn><IsDefault>{str(default).lower()}</IsDefault></member>"
        for arn, default in arns
    )
    return f"<Certificates>{''.join(members)}</Certificates>"
