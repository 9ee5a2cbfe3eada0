"""A certificate authority of this instance alone, whose key is a file of mode 0600 beside the state.

Its root permits the domains that are known here and `localhost`, so that the key is of no use against any other name; AWS's own names are
not among them, because whoever trusts the root uses the real AWS as well. A domain that is added later widens the root: same key, another
certificate, which has to be trusted anew."""
import dataclasses
import datetime
import ipaddress
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import places, registrar, zones

ON_THIS_HOST = ("localhost",)
DAY = datetime.timedelta(days=1)
ROOT_DAYS, LEAF_DAYS = 825, 198
CURVES = {"EC_prime256v1": ec.SECP256R1, "EC_secp384r1": ec.SECP384R1}
LONGEST_COMMON_NAME = 64
USAGES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
    "key_cert_sign crl_sign encipher_only decipher_only"
).split()

_lock = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: bytes

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pem_with_key(self):
        return self.key + self.pem


class Authority:
    def __init__(self, key, certificate):
        self.key, self.certificate = key, certificate

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def permitted(self):
        names = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
        return [each.value for each in names if isinstance(each, x509.DNSName)]

    def permits(self, names):
        return all(_below(base(name), self.permitted()) for name in names if not _is_address(name))

    def issue(self, names, algorithm):
        """A server certificate for host names and addresses, signed by the root."""
        key = ec.generate_private_key(CURVES[algorithm]()) if algorithm in CURVES else rsa.generate_private_key(65537, 2048)
        common = names[0] if len(names[0]) <= LONGEST_COMMON_NAME and not _is_address(names[0]) else None
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])
        builder = _builder(subject, self.certificate.subject, key, LEAF_DAYS)
        leaf = (
            builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage("digital_signature", *(["key_encipherment"] if algorithm not in CURVES else [])), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return Issued(leaf, key_pem(key))


def folder():
    return places.folder() / "authority"


def current():
    return for_names(())


def for_names(names):
    """The authority, whose root permits these names and outlives what it signs now."""
    with _lock:
        found = _load()
        if found is None or not found.permits(names) or found.certificate.not_valid_after_utc < now() + LEAF_DAYS * DAY:
            found = _make(found, names)
        return found


def _load():
    try:
        key, root = (folder() / "root.key").read_bytes(), (folder() / "root.pem").read_bytes()
    except FileNotFoundError:
        return None
    return Authority(serialization.load_pem_private_key(key, None), x509.load_pem_x509_certificate(root))


def _make(before, names):
    key = before.key if before else ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    # Each instance's authority has a name of its own, because a system may come to trust several.
    common = f"Slipway local authority {identifier.digest.hex()[:8]}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    domains = _shortest([*ON_THIS_HOST, *(before.permitted() if before else ()), *_known_domains()])
    domains += _shortest(base(each) for each in names if not _is_address(each) and not _below(base(each), domains))
    permitted = [*map(x509.DNSName, domains), x509.IPAddress(ipaddress.ip_network("127.0.0.0/8"))]
    certificate = (
        _builder(name, name, key, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    # The key first: a root without its key could sign nothing, and would not be made again.
    places.write(folder() / "root.key", key_pem(key))
    places.write(folder() / "root.pem", certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return Authority(key, certificate)


def _known_domains():
    return [*registrar.registered(), *(registrar.plain(zone["name"]) for _account, zone, _records in zones.public())]


def base(name):
    """The name without a leading `*.`."""
    return name.removeprefix("*.")


def _below(name, domains):
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _shortest(domains):
    kept = []
    for domain in sorted(set(domains), key=lambda each: (each.count("."), each)):
        if not _below(domain, kept):
            kept.append(domain)
    return kept


def _builder(subject, issuer, key, days):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - DAY)
        .not_valid_after(now() + days * DAY)
    )


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def key_pem(key):
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*encoding)


def _usage(*on):
    return x509.KeyUsage(**{name: name in on for name in USAGES})


def _is_address(name):
    return isinstance(_general(name), x509.IPAddress)


def _general(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
