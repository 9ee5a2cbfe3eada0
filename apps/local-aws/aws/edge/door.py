"""One port of 127.0.0.1 for all fronts: the front is found through DNS by the name that a client asks for, so that a name whose alias leads
elsewhere opens elsewhere. Browsers resolve names under `.localhost` to it without any setting."""
import functools
import os

from . import accepting, fronts, ports

ADDRESS = "127.0.0.1"
TLS_BEGINS = b"\x16"


def opened():
    """A socket on the port beside the gateway's, or on a free one when it is taken."""
    try:
        return ports.bound(ADDRESS, int(os.environ["GATEWAY_PORT"]) + 1)
    except (OSError, OverflowError):
        return ports.bound(ADDRESS, 0)


def front(host):
    """The front that a name leads to, or None."""
    # dnspython is for those who have a front.
    import dns.exception
    import dns.name

    from . import lookup

    try:
        found = lookup.lookup(dns.name.from_text(host), "A") if host else lookup.Found()
    except (dns.exception.DNSException, UnicodeError, lookup.Unanswered):
        return None
    return fronts.at({str(value) for each in found.answer for value in each})


def port(found, secure):
    """The port of a front that the door stands for: 80 or 443, else the lowest with the same protocol; None when there is none."""
    fitting = sorted(number for number, tls in fronts.ports(found).items() if tls == secure)
    usual = fronts.HTTPS if secure else fronts.HTTP
    return usual if usual in fitting else next(iter(fitting), None)


def outside(found, number):
    """All ports that the door stands for are its own."""
    return {each: number for secure in (False, True) if (each := port(found, secure)) is not None}


async def tls(connection):
    """HTTP and HTTPS come to the same port: the first byte tells."""
    return _context() if await accepting.first_byte(connection) == TLS_BEGINS else None


@functools.cache
def _context():
    from . import handshakes

    return handshakes.first_context(_chosen, ciphers=handshakes.WIDE)


def _chosen(name):
    from . import handshakes
    from . import tls as own

    found = front((name or "").lower())
    if found is None:
        # A client without a name, or with one that leads nowhere, is told so in words.
        return own.own_context(["localhost", ADDRESS])
    number = port(found, True)
    return None if number is None else handshakes.chosen(found, number, name)
