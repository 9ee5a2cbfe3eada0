"""What CloudFront keeps of an origin's answers, by the behavior's cache policy. Upstream (1.5.33) asks the origin each time.

It sits where CloudFront has it: behind a viewer-request function and the policies that say what is forwarded, and in front of the origin.
An answer is kept for the time that the policy and the origin's headers give, an error for the distribution's own time, and both until an
invalidation names them. Nothing of it survives a restart."""
import collections
import contextvars
import dataclasses
import time
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, unquote_plus

from .. import upstream

cloudfront = upstream.service("cloudfront")
# Bytes of all that is kept, and of the largest single answer. What was not asked for the longest goes first.
ROOM, LARGEST = 128 << 20, 32 << 20
GOOD = (200, 204, 301, 302, 307, 308)
ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
# Seconds that an error is kept where the distribution does not say.
ERROR_SECONDS = 10
CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")
NOT_KEPT = ("no-store", "no-cache", "private")


@dataclasses.dataclass
class Kept:
    """An origin's answer. `encoded` has its body by content coding, once somebody has asked for one."""

    answer: tuple
    seconds: float
    since: float = dataclasses.field(default_factory=lambda: time.time())
    encoded: dict = dataclasses.field(default_factory=dict)

    @property
    def age(self):
        return time.time() - self.since

    @property
    def size(self):
        return len(self.answer[3] or b"")


@dataclasses.dataclass
class Viewing:
    """A viewer's request on its way, and how it was answered.

    `found` is the first word of X-Cache and `age` how old the answer is when it was kept, both of the question for what the viewer wants,
    not of the one for an own error page. `kept` has the body that is shown. `own_conditions`: the origin was not asked the viewer's."""

    distribution: str
    parsed: dict
    behavior: dict
    found: str = ""
    age: float | None = None
    kept: Kept | None = None
    own_conditions: bool = False
    questions: int = 0

    def policy(self, uri):
        """The cache policy of the next question, or None when nothing is kept."""
        self.questions += 1
        behavior = self.behavior if self.questions == 1 else cloudfront._match_behavior(self.parsed, unquote(uri))
        id = behavior["cache_policy_id"]
        found = cloudfront._cache_policies.get(id) or cloudfront._MANAGED_CACHE_POLICIES.get(id)
        return found and {"DefaultTTL": 86_400, "MaxTTL": 31_536_000, **found["Config"], "Id": id}

    def answered(self, found, answer, kept=None, own_conditions=False):
        """The answer with headers of its own, because what follows changes them."""
        if self.questions == 1:
            self.found = "Error" if answer[0] >= 400 else found
            self.age = kept.age if kept and found != "Miss" else None
            self.own_conditions = own_conditions
        self.kept = kept
        return answer[0], answer[1], dict(answer[2]), answer[3]


viewing = contextvars.ContextVar("viewing", default=None)


class Store:
    def __init__(self):
        self.entries, self.size = collections.OrderedDict(), 0

    def get(self, key):
        if key in self.entries:
            self.entries.move_to_end(key)
        return self.entries.get(key)

    def keep(self, key, kept):
        self.drop(key)
        if kept.size <= LARGEST:
            self.entries[key] = kept
            self.size += kept.size
        while self.size > ROOM:
            self.drop(next(iter(self.entries)))
        return kept

    def drop(self, key):
        if (kept := self.entries.pop(key, None)) is not None:
            self.size -= kept.size

    def forget(self, distribution, paths=("/*",)):
        """Removes what a distribution keeps under paths as an invalidation names them: whole, or with * at the end."""
        wanted = [path if path.startswith("/") else f"/{path}" for path in paths]
        for key in [key for key in self.entries if key[0] == distribution and any(_names(path, key[1]) for path in wanted)]:
            self.drop(key)

    def clear(self):
        self.__init__()


store = Store()


def _names(path, kept):
    return kept.startswith(path[:-1]) if path.endswith("*") else kept == path


@upstream.wrap(cloudfront, "_fetch_from_origin")
async def _fetch(inner, origin, method, uri, query, headers, *rest):
    asked = viewing.get()
    if asked is None:
        return await inner(origin, method, uri, query, headers, *rest)
    policy = asked.policy(uri)
    # A part of an object is asked of the origin, and not kept.
    if policy is None or method not in ("GET", "HEAD") or "range" in headers:
        return asked.answered("Miss", await inner(origin, method, uri, query, headers, *rest))
    key = key_of(asked.distribution, policy, uri, query, headers)
    kept = store.get(key)
    if kept and kept.age < kept.seconds:
        return asked.answered("Hit", kept.answer, kept, True)
    keeps = policy["MaxTTL"] > 0
    if keeps:
        headers = {name: value for name, value in headers.items() if name not in CONDITIONS}
    again = _validator(kept) if method == "GET" else {}
    answer = await inner(origin, method, uri, query, {**headers, **again}, *rest)
    if again and answer[0] == 304:
        renewed = Kept(kept.answer, seconds({**kept.answer[2], **answer[2]}, policy), encoded=kept.encoded)
        return asked.answered("RefreshHit", kept.answer, store.keep(key, renewed), True)
    fresh = Kept(answer, _lifetime(asked, answer, policy))
    stored = method == "GET" and fresh.seconds > 0
    return asked.answered("Miss", answer, store.keep(key, fresh) if stored else None, keeps)


def key_of(distribution, policy, uri, query, headers):
    """What must be the same for two requests to get one answer: the distribution, the path, and what the cache policy names."""
    header, cookie, parameter = cloudfront._policy_predicates({"cache_policy_id": policy["Id"]})
    cookies = [pair.strip() for pair in headers.get("cookie", "").split(";") if cookie(pair.partition("=")[0].strip())]
    asked = [part for part in query.split("&") if part and parameter(unquote_plus(part.partition("=")[0]))]
    named = sorted((name, str(value)) for name, value in headers.items() if name != "cookie" and header(name))
    return distribution, f"{uri}?{'&'.join(asked)}" if asked else uri, tuple(cookies), tuple(named)


def _validator(kept):
    """The header that asks the origin whether what is kept is still right."""
    fields = kept.answer[2] if kept and kept.answer[0] == 200 else {}
    if "etag" in fields:
        return {"if-none-match": fields["etag"]}
    return {"if-modified-since": fields["last-modified"]} if "last-modified" in fields else {}


def _lifetime(asked, answer, policy):
    status, _reason, fields, _body = answer
    if status in ERRORS:
        return max(asked.parsed["error_seconds"].get(status, ERROR_SECONDS), min(_given(fields) or 0, policy["MaxTTL"]))
    return seconds(fields, policy) if status in GOOD else 0


def seconds(fields, policy):
    """How long an answer is kept: what the origin says, within the policy's limits; its default where the origin says nothing."""
    if any(word in _directives(fields) for word in NOT_KEPT):
        return policy["MinTTL"]
    given = _given(fields)
    return min(max(policy["DefaultTTL"] if given is None else given, policy["MinTTL"]), policy["MaxTTL"])


def _directives(fields):
    parts = (part.strip().lower().partition("=") for part in str(fields.get("cache-control", "")).split(","))
    return {name: value.strip('"') for name, _, value in parts}


def _given(fields):
    """Seconds that the origin gives, or None."""
    named = _directives(fields)
    age = named.get("s-maxage") or named.get("max-age")
    if age and age.isdigit():
        return int(age)
    try:
        return parsedate_to_datetime(fields["expires"]).timestamp() - time.time() if "expires" in fields else None
    except (TypeError, ValueError):
        # No date counts as one that is past.
        return 0


@upstream.wrap(cloudfront, "_create_invalidation")
def _invalidate(inner, dist_id, body):
    answer = inner(dist_id, body)
    if answer[0] == 201:
        store.forget(dist_id, [each.text for each in cloudfront._parse_body(body).iter() if each.tag.endswith("}Path") and each.text])
    return answer


@upstream.wrap(cloudfront, "_delete_distribution")
def _delete(inner, dist_id, headers):
    answer = inner(dist_id, headers)
    if answer[0] == 204:
        store.forget(dist_id)
    return answer


@upstream.wrap(cloudfront, "parse_distribution_dataplane_config")
def _with_error_seconds(inner, record):
    errors = cloudfront._find(cloudfront._dist_config_el(record), "CustomErrorResponses")
    items = cloudfront._find(errors, "Items") if errors is not None else None
    given = {}
    for item in items if items is not None else ():
        given[int(cloudfront._text(item, "ErrorCode"))] = int(cloudfront._text(item, "ErrorCachingMinTTL") or ERROR_SECONDS)
    return {**inner(record), "error_seconds": given}


def install():
    upstream.on_reset(store.clear)
