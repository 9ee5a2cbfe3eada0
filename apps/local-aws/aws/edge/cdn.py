"""A distribution answers at an address of its own: for its names only, from its cache (cdn_cache), compressed as the viewer takes it.

Upstream (1.5.33) has behaviors, origins, functions, policies and error pages, and neither cache nor compression."""
import asyncio
import gzip
from email.utils import parsedate_to_datetime

from .. import upstream
from . import cdn_cache, certificates, distributions, fronts

cloudfront = upstream.service("cloudfront")
NOT_OURS = "Bad request. We can't connect to the server for this app or website at this time."
# What CloudFront compresses; of these statuses, types and sizes in bytes.
STATUSES, SMALLEST, LARGEST = (200, 403, 404), 1_000, 10_000_000
TYPES = frozenset(
    "application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json "
    "application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml "
    "application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile "
    "application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype "
    "application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript application/x-mpegurl "
    "application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf "
    "image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext text/tab-separated-values text/xml "
    "text/x-component text/x-java-source text/x-script vnd.apple.mpegurl".split()
)


@fronts.serves("cdn")
async def serve(front, request):
    """(status, headers, body) of the distribution `front.record` for a viewer's request."""
    record = front.record
    own = [record["DomainName"].lower(), *distributions.names(distributions.config_of(record))]
    if not record["enabled"] or not certificates.covers(own, request.host):
        return cloudfront._cf_error_response(403, NOT_OURS, "Error from cloudfront")
    parsed = cloudfront.parse_distribution_dataplane_config(record)
    asked = cdn_cache.Viewing(record["Id"], parsed, cloudfront._match_behavior(parsed, request.path))
    token = cdn_cache.viewing.set(asked)
    headers = {**request.headers, "x-forwarded-proto": "https" if request.secure else "http"}
    try:
        status, fields, content = await cloudfront.handle_viewer_request(
            record, request.method, request.path, request.raw_path, request.query, headers, request.body, request.params, request.client
        )
    finally:
        cdn_cache.viewing.reset(token)
    to_https = not asked.found and status in (301, 307) and fields.get("X-Cache", "").startswith("Error")
    if asked.found or to_https:
        fields["X-Cache"] = f"{'Redirect' if to_https else asked.found} from cloudfront"
    if asked.age is not None:
        fields["Age"] = str(int(asked.age))
    status, fields, content = _unless_held(status, fields, content, headers) if asked.own_conditions else (status, fields, content)
    if status in STATUSES and request.method == "GET" and asked.behavior["compress"]:
        fields, content = await _compressed(asked, fields, content, headers.get("accept-encoding", ""))
    return status, fields, content


def _unless_held(status, fields, content, headers):
    """304 for a viewer that holds what would be sent."""
    if status != 200 or not _held(fields, headers):
        return status, fields, content
    of_the_body = ("content-length", "content-type", "content-encoding")
    return 304, {name: value for name, value in fields.items() if name.lower() not in of_the_body}, b""


def _held(fields, headers):
    if "if-none-match" in headers:
        tags = [tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")]
        return "*" in tags or fields.get("Etag", "").removeprefix("W/") in tags
    try:
        return parsedate_to_datetime(fields["Last-Modified"]) <= parsedate_to_datetime(headers["if-modified-since"])
    except (KeyError, TypeError, ValueError):
        return False


async def _compressed(asked, fields, content, accepted):
    lower = {name.lower(): value for name, value in fields.items()}
    kind = str(lower.get("content-type", "")).partition(";")[0].strip().lower()
    if kind not in TYPES or "content-encoding" in lower or not SMALLEST <= len(content) <= LARGEST:
        return fields, content
    coding = _coding(accepted, cloudfront.cache_policy_params(asked.behavior["cache_policy_id"]) or {})
    if coding is None:
        return fields, content
    # Only the origin's own body is kept in this form: a function may have made another.
    same = asked.kept is not None and content is asked.kept.answer[3]
    encoded = asked.kept.encoded.get(coding) if same else None
    if encoded is None:
        encoded = await asyncio.to_thread(ENCODERS[coding], content)
        if same:
            asked.kept.encoded[coding] = encoded
    fields = {name: _weak(value) if name.lower() == "etag" else value for name, value in fields.items() if name.lower() != "content-length"}
    return {**fields, "Content-Encoding": coding, "Vary": "Accept-Encoding"}, encoded


def _weak(tag):
    return tag if tag.startswith("W/") else f"W/{tag}"


def _coding(accepted, policy):
    """The best coding that the viewer takes and the cache policy allows, or None."""
    parts = [part.replace(" ", "").lower().partition(";q=") for part in accepted.split(",")]
    taken = {name for name, _, weight in parts if weight.strip("0.") or not weight}
    for coding, allowed in (("br", "EnableAcceptEncodingBrotli"), ("gzip", "EnableAcceptEncodingGzip")):
        if policy.get(allowed) and not taken.isdisjoint({coding, "*"}):
            return coding
    return None


def _brotli(content):
    # Loaded with the first viewer that takes it.
    import brotli

    return brotli.compress(content, quality=5)


ENCODERS = {"br": _brotli, "gzip": lambda content: gzip.compress(content, 6, mtime=0)}


@upstream.wrap(cloudfront, "_dataplane_behavior")
def _with_compression(inner, behavior, path_pattern=None):
    return {**inner(behavior, path_pattern), "compress": cloudfront._xbool(behavior, "Compress", False)}
