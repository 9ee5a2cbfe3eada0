"""Names and certificates: Route 53 that answers DNS, ACM that issues what DNS proves, and who serves them at addresses of their own.

zones and records decide what Route 53 keeps, lookup what a name leads to, dns_server answers for it; certificates, imports, quotas and
users are ACM's requests, validation and authority issue. fronts are who has an address of its own (addresses), servers their sockets
(ports, accepting), handshakes their TLS, door the one port for all of them by name. balancers, cdn (with its distributions and cdn_cache)
and apis (api_stages) serve. What needs dnspython or cryptography is imported with the first zone or certificate."""


def install():
    # Importing them replaces upstream's functions.
    from . import api_stages, apis, balancers, cdn, cdn_cache, certificates, distributions, dns_server  # noqa: F401
    from . import imports, listeners, records, servers, users, zones  # noqa: F401

    dns_server.install()
    certificates.install()
    cdn_cache.install()
    api_stages.install()
    servers.install()
