import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ..edge import authority, certificates
from ..probes.client import call
from .edge_fixture import ACM, EdgeCase

DAY = datetime.timedelta(days=1)


def self_signed(names, key=None, common="Shop", days=30):
    """(certificate, key) in PEM"""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)] if common else [])
    builder = authority._builder(name, name, key, days)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
    signed = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM), authority.key_pem(key)


class Imports(EdgeCase):
    def send(self, certificate, key, **more):
        fields = {name: base64.b64encode(value).decode() if isinstance(value, bytes) else value for name, value in more.items()}
        given = {"Certificate": base64.b64encode(certificate).decode(), "PrivateKey": base64.b64encode(key).decode()}
        return call("acm", ACM, "ImportCertificate", **given, **fields)

    def test_names_times_and_key_are_the_certificates(self):
        certificate, key = self_signed(["Shop.example.com", "*.shop.example.com"], common="shop.example.com")
        chain, _ = self_signed([])
        arn = self.send(certificate, key, CertificateChain=chain)["CertificateArn"]
        found = self.describe(arn)
        self.assertEqual(["shop.example.com", "*.shop.example.com"], found["SubjectAlternativeNames"])
        kept = {"DomainName": "shop.example.com", "Status": "ISSUED", "Type": "IMPORTED", "KeyAlgorithm": "EC_prime256v1"}
        self.assertEqual(kept | {"SignatureAlgorithm": "SHA256WITHECDSA"}, {key: found[key] for key in (*kept, "SignatureAlgorithm")})
        self.assertEqual(x509.load_pem_x509_certificate(certificate).serial_number, int(found["Serial"].replace(":", ""), 16))
        self.assertEqual("INELIGIBLE", found["RenewalEligibility"])
        file = certificates.key_file(arn)
        self.assertEqual((0o600, key + certificate + chain), (file.stat().st_mode & 0o777, file.read_bytes()))
        self.assertNotIn("PRIVATE", str(self.acm._certificates[arn]))
        again = self.send(*self_signed(["shop.example.com"], rsa.generate_private_key(65537, 2048)), CertificateArn=arn)
        self.assertEqual(arn, again["CertificateArn"])
        self.assertEqual(["shop.example.com"], self.describe(arn)["SubjectAlternativeNames"])
        self.assertEqual("RSA_2048", self.describe(arn)["KeyAlgorithm"])
        self.assertNotEqual(key + certificate + chain, file.read_bytes())
        call("acm", ACM, "DeleteCertificate", CertificateArn=arn)
        self.assertFalse(file.exists())

    def test_without_other_names_it_is_the_common_name(self):
        arn = self.send(*self_signed([], common="shop.example.com"))["CertificateArn"]
        self.assertEqual(["shop.example.com"], self.describe(arn)["SubjectAlternativeNames"])

    def test_what_could_not_be_served_is_refused_and_nothing_is_kept(self):
        good, key = self_signed(["shop.example.com"])
        secret = serialization.BestAvailableEncryption(b"x")
        loaded = serialization.load_pem_private_key(key, None)
        with_passphrase = loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
        for words, certificate, private in (
            ("not valid: it must be one X.509 certificate", b"nonsense", key),
            ("more than one certificate", good + good, key),
            ("without a passphrase", good, with_passphrase),
            ("the key without", good, b"nonsense"),
            ("does not match", good, self_signed([])[1]),
            ("has expired", *self_signed([], days=-0.5)),
            ("key algorithm .* must be one of", *self_signed([], ed25519.Ed25519PrivateKey.generate())),
        ):
            with self.subTest(words=words):
                answer = self.send(certificate, private)
                self.assertEqual("ValidationException", answer.get("__type"), answer)
                self.assertRegex(answer["message"], words)
        self.assertIn("privateKey", call("acm", ACM, "ImportCertificate", Certificate="x")["message"])
        self.assertEqual([], self.acm._certificates.values())
        self.assertEqual([], list(self.state.rglob("*.pem")))
