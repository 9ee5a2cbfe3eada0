"""Looks whether DNS proves the names of pending certificates, asked over the wire as ACM asks, and issues a certificate when it proves all.

Each name's status moves on its own. The reasons of a failure are those of AWS that do not depend on its lists of the world's domains."""
import logging
import threading
import time

from .. import persistence, timing, upstream
from . import dns_server

acm = upstream.service("acm")
log = logging.getLogger("slipway.edge")
GIVE_UP_AFTER = 72 * 3600
# Names that AWS keeps to itself, and top level domains that nobody can register; `localhost` is taken here and refused by AWS.
AWS_NAMES = ("amazonaws.com", "cloudfront.net", "elasticbeanstalk.com")
NOT_PUBLIC = ("example", "home", "internal", "invalid", "lan", "local", "onion", "test")
# The domain that browsers' lists of unsafe ones hold for tests.
UNSAFE = ("testsafebrowsing.appspot.com",)
# What a CAA record may name to let Amazon issue.
AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")

_wake = threading.Event()
_state = {"started": False}


def start():
    _state["started"] = True
    if pending():
        wake()


def wake():
    """There is a certificate to look for. The thread begins with the first, and only in a gateway that serves."""
    if _state["started"]:
        if _state.get("thread") is None:
            _state["thread"] = threading.Thread(target=_loop, daemon=True, name="slipway-acm")
            _state["thread"].start()
        _wake.set()


def _loop():
    while True:
        _wake.wait()
        _wake.clear()
        while pending():
            time.sleep(timing.CERTIFICATE_LOOK)
            look()


def pending():
    return [cert for _key, cert in acm._certificates.all_items() if cert["Status"] == "PENDING_VALIDATION"]


def look():
    for cert in pending():
        try:
            if _moved(cert):
                persistence.touch("acm")
        except Exception:
            # One certificate must not keep the others waiting.
            log.exception("%s could not be validated", cert["CertificateArn"])


def _moved(cert):
    """Whether anything about a pending certificate changed."""
    reason = not_allowed(cert["SubjectAlternativeNames"])
    if reason:
        return _fail(cert, reason, cert["DomainValidationOptions"])
    waiting = [option for option in cert["DomainValidationOptions"] if option["ValidationStatus"] != "SUCCESS"]
    proven = [option for option in waiting if "ResourceRecord" in option and _proven(option["ResourceRecord"])]
    for option in proven:
        option["ValidationStatus"] = "SUCCESS"
    if len(proven) == len(waiting):
        forbidden = [option for option in cert["DomainValidationOptions"] if _caa_forbids(option["DomainName"])]
        return _fail(cert, "CAA_ERROR", forbidden) if forbidden else _issue(cert)
    if time.time() - cert["_requested"] > GIVE_UP_AFTER:
        cert["Status"] = "VALIDATION_TIMED_OUT"
        return True
    return bool(proven)


def not_allowed(names):
    """AWS's reason to refuse one of the names whatever DNS says, or None."""
    for name in names:
        labels = name.removeprefix("*.").split(".")
        above = {".".join(labels[depth:]) for depth in range(len(labels))}
        if above.intersection(AWS_NAMES):
            return "ADDITIONAL_VERIFICATION_REQUIRED"
        if labels[-1] in NOT_PUBLIC:
            return "INVALID_PUBLIC_DOMAIN"
        if above.intersection(UNSAFE):
            return "DOMAIN_NOT_ALLOWED"
    return None


def _fail(cert, reason, options):
    for option in options:
        option["ValidationStatus"] = "FAILED"
    cert.update({"Status": "FAILED", "FailureReason": reason})
    log.info("%s failed: %s", cert["CertificateArn"], reason)
    return True


def _issue(cert):
    from . import authority, certificates, places

    names = cert["SubjectAlternativeNames"]
    root = authority.for_names(names)
    found = root.issue(names, cert["KeyAlgorithm"])
    # The key first: a kill between the two leaves a pending certificate, which is issued again.
    places.write(certificates.key_file(cert["CertificateArn"]), found.pem_with_key)
    leaf = found.certificate
    cert.update(
        {
            "_pem_body": found.pem.decode(),
            "_pem_chain": root.pem,
            "IssuedAt": acm.now_iso(),
            "NotBefore": leaf.not_valid_before_utc.timestamp(),
            "NotAfter": leaf.not_valid_after_utc.timestamp(),
            **certificates.facts(leaf),
            "Status": "ISSUED",
        }
    )
    return True


def _asking():
    """A resolver client that asks ours and keeps nothing, or None while there is no zone."""
    import dns.resolver

    at = dns_server.endpoint()
    if at is None:
        return None
    client = dns.resolver.Resolver(configure=False)
    client.nameservers, client.port, client.lifetime = [at[0]], at[1], 2
    return client


def _proven(record):
    import dns.exception

    client = _asking()
    try:
        found = client.resolve(record["Name"], record["Type"], search=False) if client else []
    except dns.exception.DNSException:
        return False
    return any(each.target.to_text().lower() == record["Value"].lower() for each in found)


def _caa_forbids(name):
    """Whether the CAA records nearest above a name, or a failure to read them, keep Amazon from issuing (RFC 8659)."""
    import dns.exception
    import dns.resolver

    labels = name.removeprefix("*.").split(".")
    for depth in range(len(labels)):
        try:
            found = _asking().resolve(".".join(labels[depth:]) + ".", "CAA", search=False)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            continue
        except dns.exception.DNSException:
            return True
        return not _lets_amazon([(each.flags, each.tag.decode().lower(), each.value.decode()) for each in found], name.startswith("*."))
    return False


def _lets_amazon(records, wildcard):
    if any(flags & 128 and tag not in ("issue", "issuewild", "iodef") for flags, tag, _value in records):
        return False
    tags = {tag for _flags, tag, _value in records}
    decisive = "issuewild" if wildcard and "issuewild" in tags else "issue"
    named = [value.split(";")[0].strip().lower() for _flags, tag, value in records if tag == decisive]
    return not named or any(value in AMAZON for value in named)
