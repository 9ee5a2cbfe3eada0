"""ImportCertificate: the names and times are the certificate's, and its key is a file, so that it can be served after a restart.

Upstream (1.5.33) reads neither: it takes any text, names it `imported-cert-….invalid`, and loses the key at the next start."""
from .. import upstream
from . import certificates, places

acm = upstream.service("acm")
CURVES = {"secp256r1": "EC_prime256v1", "secp384r1": "EC_secp384r1", "secp521r1": "EC_secp521r1"}
ALGORITHMS = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", *CURVES.values())


class Unfit(Exception):
    """What is wrong with a certificate or its key."""


@upstream.wrap(acm, "_import_certificate")
def _import(inner, data):
    facts = pem = None
    if data.get("PrivateKey"):
        try:
            facts, pem = read(*(acm._decode_pem_field(data.get(key)) for key in ("Certificate", "PrivateKey", "CertificateChain")))
        except Unfit as unfit:
            return upstream.error_reply("ValidationException", str(unfit), 400)
    answer = inner(data)
    made = upstream.with_status(answer)
    if made and facts:
        # Upstream's record keeps the key in memory only.
        acm._certificates[made["CertificateArn"]].update({**facts, "_private_key": ""})
        places.write(certificates.key_file(made["CertificateArn"]), pem)
    return answer


def read(certificate, private_key, chain):
    """(what the record says of it, key and certificates in one PEM)"""
    # Loaded here, because cryptography is for those who have a certificate.
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    from . import authority

    try:
        leaf, *more = x509.load_pem_x509_certificates(certificate.encode())
    except ValueError:
        raise Unfit("The certificate is not valid: it must be one X.509 certificate in PEM format.") from None
    if more:
        raise Unfit("The certificate field contains more than one certificate. You must specify only one certificate in this field.")
    try:
        key = serialization.load_pem_private_key(private_key.encode(), None)
        others = x509.load_pem_x509_certificates(chain.encode()) if chain else []
    except (ValueError, TypeError):
        raise Unfit("The private key or the certificate chain is not valid: they must be PEM, the key without a passphrase.") from None
    if key.public_key() != leaf.public_key():
        raise Unfit("The private key does not match the certificate.")
    if not leaf.not_valid_before_utc <= authority.now() <= leaf.not_valid_after_utc:
        raise Unfit("The certificate must be valid now; it is not valid yet or has expired.")
    algorithm = _algorithm(key)
    whole = [each.public_bytes(serialization.Encoding.PEM) for each in (leaf, *others)]
    return {**_facts(x509, leaf), "KeyAlgorithm": algorithm}, b"".join([authority.key_pem(key), *whole])


def _algorithm(key):
    curve = getattr(getattr(key, "curve", None), "name", None)
    found = CURVES.get(curve) if curve else f"RSA_{key.key_size}" if hasattr(key, "private_numbers") else None
    if found not in ALGORITHMS:
        raise Unfit(f"The key algorithm ({curve or type(key).__name__}) must be one of {', '.join(ALGORITHMS)}.")
    return found


def _facts(x509, leaf):
    common = [each.value for each in leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    names = list(dict.fromkeys(name.lower() for name in (*names, *(common if not names else ()))))
    return {
        "DomainName": common[0].lower() if common else next(iter(names), ""),
        "SubjectAlternativeNames": names,
        "NotBefore": leaf.not_valid_before_utc.timestamp(),
        "NotAfter": leaf.not_valid_after_utc.timestamp(),
        **certificates.facts(leaf),
    }
