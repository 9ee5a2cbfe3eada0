"""Hypercorn with the certificate chosen at each handshake, so that a new one is served without a restart."""
import ssl

from hypercorn import config as hypercorn_config

from . import authority, places

ALPN = ["h2", "http/1.1"]


class Config(hypercorn_config.Config):
    """choose(server name or None) gives the context of a handshake."""

    def __init__(self, choose):
        super().__init__()
        self.choose = choose
        self.include_server_header = False
        self.errorlog = None
        self.graceful_timeout = 1

    @property
    def ssl_enabled(self):
        return True

    def create_ssl_context(self):
        first = server_context()

        def by_name(connection, name, _context):
            connection.context = self.choose(name)

        first.sni_callback = by_name
        return first


def server_context(file=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(ALPN)
    if file is not None:
        context.load_cert_chain(file)
    return context


_own = {}


def own_context(names):
    """For the edge's own servers, which no certificate of ACM is for. Made at the first handshake, and anew with the authority's root."""
    root = authority.current()
    key = (tuple(names), root.certificate.serial_number)
    if key not in _own:
        file = places.folder() / "own" / f"{names[0]}.pem"
        places.write(file, root.issue(names, "EC_prime256v1").pem_with_key)
        _own[key] = server_context(file)
    return _own[key]
