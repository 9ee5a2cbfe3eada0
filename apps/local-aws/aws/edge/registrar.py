"""The registrar: a JSON file, domain → the name servers that the world finds it at: {"example.com": ["ns-1.awsdns-00.com", …]}.

It stands for the one step that no API of AWS takes, and is the user's to write; the resolver begins there."""
import json
import logging

from . import places

log = logging.getLogger("slipway.edge")
_read = (None, {})  # (what the file was, what it said)


def file():
    return places.folder() / "registrar.json"


def registered():
    """Domain → name servers, lower case and without the dot at the end. Follows the file without a restart."""
    global _read
    try:
        found = file().stat()
        version = (str(file()), found.st_ino, found.st_mtime_ns, found.st_size)
        if _read[0] != version:
            _read = (version, _checked(json.loads(file().read_text())))
    except FileNotFoundError:
        _read = (None, {})
    except (OSError, ValueError) as error:
        # Half-written, or a slip: what was known before goes on being served.
        log.warning("%s must be JSON of the form {domain: [name servers]}: %s", file(), error)
        _read = (version, _read[1])
    return _read[1]


def _checked(content):
    known = {}
    for domain, servers in content.items() if isinstance(content, dict) else ():
        if not isinstance(servers, list) or not all(isinstance(each, str) for each in servers):
            raise ValueError(f"{domain} must have a list of name servers")
        known[plain(domain)] = [plain(each) for each in servers]
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    return known


def plain(name):
    return name.rstrip(".").lower()
