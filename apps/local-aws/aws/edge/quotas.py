"""What ACM takes of an account: names in a certificate, certificates, and certificates asked for within a year, deleted ones included.

Upstream (1.5.33) has no quota."""
import copy
import os
import sys
import time

from .. import persistence, upstream

acm = upstream.service("acm")
KEY = "slipway_certificates"  # names the state file
CERTIFICATES, A_YEAR = 2500, 5000
YEAR = 365 * 24 * 3600

_asked = {}  # "account region" → times of the year's requests


def names():
    """10 in every account until AWS raises it, to 100 at most."""
    return int(os.environ.get("SLIPWAY_ACM_NAMES", "10"))


def exceeded(count):
    """The message of LimitExceededException for a request of so many names, or None."""
    if count > names():
        return "Certificate has too many domains."
    if len(acm._certificates) >= CERTIFICATES:
        return "Cannot request more certificates in this account. Contact Customer Service for details."
    if len(_this_year()) >= A_YEAR:
        return f"Error: you have reached your limit of {A_YEAR} certificates in the last year."
    return None


def note():
    """Counts a request."""
    _asked[_scope()] = [*_this_year(), time.time()]
    persistence.touch(KEY)


def _this_year():
    return [asked for asked in _asked.get(_scope(), ()) if asked > time.time() - YEAR]


def _scope():
    return f"{upstream.account_id()} {upstream.region()}"


def get_state():
    return {"asked": copy.deepcopy(_asked)}


def load_persisted_state(data):
    _asked.update(data["asked"])


def reset():
    _asked.clear()


upstream.add_state(KEY, sys.modules[__name__])
