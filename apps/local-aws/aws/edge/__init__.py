"""Names and certificates: Route 53 that answers DNS, and ACM that issues what DNS proves.

zones and records decide what Route 53 keeps, lookup what a name leads to, dns_server answers for it; certificates, imports, quotas and
users are ACM's requests, validation and authority issue, listeners serve. What needs dnspython or cryptography is imported with the
first zone or certificate."""


def install():
    # Importing them replaces upstream's functions.
    from . import certificates, dns_server, imports, listeners, records, users, zones  # noqa: F401

    dns_server.install()
    certificates.install()
