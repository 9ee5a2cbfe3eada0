import ssl
from unittest import mock

from ..edge import authority, registrar
from .edge_fixture import EdgeCase, handshake


class Authority(EdgeCase):
    def test_the_root_permits_the_known_domains_only_and_a_key_is_of_no_use_elsewhere(self):
        self.zone("staging.example.com")
        registrar.file().parent.mkdir(parents=True)
        registrar.file().write_text('{"example.com": []}')
        root = authority.current()
        self.assertEqual(["localhost", "example.com"], root.permitted())
        for name, good in (("www.example.com", True), ("example.org", False), ("notexample.com", False), ("elb.amazonaws.com", False)):
            file = self.state / "leaf.pem"
            file.write_bytes(root.issue([name], "EC_prime256v1").pem_with_key)
            if good:
                handshake(file, root.pem, name)
            else:
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, "permitted subtree violation"):
                    handshake(file, root.pem, name)

    def test_it_stays_the_same_and_a_further_domain_widens_it_with_the_same_key(self):
        first = authority.for_names(["localhost"])
        self.assertEqual(first.pem, authority.for_names(["app.localhost", "127.0.0.1"]).pem)
        second = authority.for_names(["*.shop.example.org"])
        self.assertEqual(["localhost", "shop.example.org"], second.permitted())
        self.assertEqual(first.certificate.public_key(), second.certificate.public_key())
        self.assertEqual(first.certificate.subject, second.certificate.subject)
        self.assertEqual(second.pem, authority.current().pem)
        file = self.state / "leaf.pem"
        file.write_bytes(first.issue(["a.localhost"], "EC_prime256v1").pem_with_key)
        handshake(file, second.pem, "a.localhost")

    def test_a_root_that_would_end_before_its_certificates_is_made_anew(self):
        with mock.patch.object(authority, "ROOT_DAYS", authority.LEAF_DAYS - 1):
            old = authority.current()
        new = authority.current()
        self.assertNotEqual(old.pem, new.pem)
        self.assertEqual(old.certificate.public_key(), new.certificate.public_key())

    def test_a_kill_between_key_and_root_makes_both_anew(self):
        authority.current()
        (authority.folder() / "root.pem").unlink()
        root = authority.current()
        self.assertEqual(root.key.public_key(), root.certificate.public_key())

    def test_a_name_longer_than_64_has_no_common_name(self):
        name = f"{'a' * 60}.localhost"
        leaf = authority.current().issue([name], "EC_prime256v1").certificate
        self.assertEqual(0, len(list(leaf.subject)))
