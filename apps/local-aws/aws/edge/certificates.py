"""ACM: what is asked for is pending until DNS proves it (validation), with the record that AWS would ask for.

Upstream (1.5.33) answers ISSUED at once with a PEM that does not parse, whatever the names. Private keys are files beside the state,
because upstream drops them when it saves."""
import hashlib
import re
import time

from .. import upstream
from . import places, quotas, validation

acm = upstream.service("acm")
PATTERN = r"^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$"
LONGEST, LONGEST_FIRST, TOKEN_SECONDS = 253, 64, 3600
METHODS = ("DNS", "EMAIL")
ALGORITHMS = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")
OF_ISSUED_ONES = ("IssuedAt", "NotBefore", "NotAfter")


def record(account, name):
    """The record that proves a name: one per account and name without `*.`, the same in every region and certificate."""
    bare = name.removeprefix("*.")

    def part(what, length):
        return hashlib.sha256(f"{what} {account} {bare}".encode()).hexdigest()[:length]

    value = f"_{part('value', 32)}.{part('zone', 10)}.acm-validations.aws."
    return {"Name": f"_{part('name', 32)}.{bare}.", "Type": "CNAME", "Value": value}


def invalid(data, names):
    """What is wrong with a request, in AWS's words, or None."""
    found = next(_problems(data, names), None)
    if found is None:
        return None
    value, place, must = found
    return f"1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: Member must {must}"


def _problems(data, names):
    for index, name in enumerate(names):
        place, longest = ("subjectAlternativeNames", LONGEST) if index else ("domainName", LONGEST_FIRST)
        if len(name) > longest:
            yield name, place, f"have length less than or equal to {longest}"
        if not re.fullmatch(PATTERN, name):
            yield name, place, f"satisfy regular expression pattern: {PATTERN}"
    for key, allowed in (("ValidationMethod", METHODS), ("KeyAlgorithm", ALGORITHMS)):
        if data.get(key, allowed[0]) not in allowed:
            yield data[key], key[0].lower() + key[1:], f"satisfy enum value set: [{', '.join(allowed)}]"


@upstream.replace(acm, "_request_certificate")
def request(data):
    first = str(data.get("DomainName", "")).lower()
    names = list(dict.fromkeys([first, *(name.lower() for name in data.get("SubjectAlternativeNames") or [])]))
    if wrong := invalid(data, names):
        return upstream.error_reply("ValidationException", wrong, 400)
    if arn := data.get("CertificateAuthorityArn"):
        return upstream.error_reply("ResourceNotFoundException", f"Could not find certificate authority {arn}.", 400)
    if earlier := _asked_before(data.get("IdempotencyToken"), names):
        return upstream.reply({"CertificateArn": earlier})
    if message := quotas.exceeded(len(names)):
        return upstream.error_reply("LimitExceededException", message, 400)
    quotas.note()
    arn = acm._cert_arn()
    acm._certificates[arn] = _pending(arn, names, data)
    validation.wake()
    return upstream.reply({"CertificateArn": arn})


def _asked_before(token, names):
    """The ARN for a token of the last hour: a request that is sent again makes no second certificate."""
    for arn, cert in acm._certificates.items():
        recent = cert.get("_requested", 0) > time.time() - TOKEN_SECONDS
        if token and recent and cert.get("_token") == token and cert["SubjectAlternativeNames"] == names:
            return arn
    return None


def _pending(arn, names, data):
    method = data.get("ValidationMethod", "EMAIL")
    options = []
    for name in names:
        option = {"DomainName": name, "ValidationDomain": name, "ValidationMethod": method, "ValidationStatus": "PENDING_VALIDATION"}
        options.append({**option, **({"ResourceRecord": record(upstream.account_id(), name)} if method == "DNS" else {})})
    return {
        "CertificateArn": arn,
        "DomainName": names[0],
        "SubjectAlternativeNames": names,
        "Status": "PENDING_VALIDATION",
        "Type": "AMAZON_ISSUED",
        "CreatedAt": acm.now_iso(),
        "DomainValidationOptions": options,
        "ValidationMethod": method,
        "KeyAlgorithm": data.get("KeyAlgorithm", ALGORITHMS[0]),
        "Tags": data.get("Tags", []),
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", **(data.get("Options") or {})},
        "_requested": time.time(),
        "_token": data.get("IdempotencyToken"),
        "_pem_body": "",
        "_pem_chain": "",
        "_private_key": "",
    }


@upstream.wrap(acm, "_cert_shape")
def _shape(inner, cert):
    shown = inner(cert)
    shown["KeyAlgorithm"] = cert.get("KeyAlgorithm", ALGORITHMS[0])
    shown["RenewalEligibility"] = "ELIGIBLE" if shown["InUseBy"] and cert["Type"] == "AMAZON_ISSUED" else "INELIGIBLE"
    shown.update({key: cert[key] for key in ("FailureReason", "Serial", "Subject", "Issuer", "SignatureAlgorithm") if key in cert})
    return shown if cert["Status"] == "ISSUED" else {key: value for key, value in shown.items() if key not in OF_ISSUED_ONES}


@upstream.wrap(acm, "_get_certificate")
def _get(inner, data):
    arn = data.get("CertificateArn", "")
    cert = acm._get_local_certificate(arn)
    if cert and cert["Status"] != "ISSUED":
        text = f"Certificate {arn} is not issued: its status is {cert['Status']}."
        return upstream.error_reply("RequestInProgressException", text, 400)
    return inner(data)


@upstream.wrap(acm, "_delete_certificate")
def _delete(inner, data):
    answer = inner(data)
    if answer[0] == 200:
        sweep()
    return answer


def facts(leaf):
    """What DescribeCertificate says of an X.509 certificate, beside its times."""
    signing = "ECDSA" if type(leaf.signature_algorithm_parameters).__name__ == "ECDSA" else "RSA"
    serial = leaf.serial_number.to_bytes((leaf.serial_number.bit_length() + 7) // 8 or 1, "big")
    return {
        "Serial": serial.hex(":"),
        "Subject": leaf.subject.rfc4514_string(),
        "Issuer": leaf.issuer.rfc4514_string().removeprefix("CN="),
        "SignatureAlgorithm": f"{leaf.signature_hash_algorithm.name.upper()}WITH{signing}",
    }


def issued(arn):
    """The record of a certificate of any account and region that may be served, or None."""
    found = next((cert for key, cert in acm._certificates.all_items() if key[-1] == arn), None)
    return found if found and found["Status"] == "ISSUED" else None


def covers(names, host):
    """Whether a certificate's names, or a distribution's, cover a host: itself, or the one label of a wildcard."""
    return any(host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:]) for name in names)


def key_file(arn):
    """Private key and certificate of an issued certificate, in one PEM file."""
    return places.folder() / "certificates" / f"{arn.rsplit('/', 1)[-1]}.pem"


def sweep():
    """Removes the keys that no certificate of any account has."""
    held = {key_file(key[-1]).name for key, _cert in acm._certificates.all_items()}
    for file in (places.folder() / "certificates").glob("*"):
        if file.name not in held:
            file.unlink(missing_ok=True)


def install():
    upstream.on_start(sweep)
    upstream.on_reset(sweep)
    upstream.on_start(validation.start)

