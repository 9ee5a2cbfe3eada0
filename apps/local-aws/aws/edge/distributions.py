"""The names of distributions: covered by an issued certificate of us-east-1, and no other distribution's. And when a change is deployed.

Upstream (1.5.33) takes any name and any text as a certificate, lets two distributions have the same name, and has deployed each change
before it answers."""
import datetime

from .. import timing, upstream
from . import certificates, users

cloudfront = upstream.service("cloudfront")
NOT_USABLE = (
    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain."
)
NO_CERTIFICATE = (
    "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your "
    "authorization to use the domain name."
)
NOT_COVERED = (
    "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add."
)
TAKEN = "One or more of the CNAMEs you provided are already associated with a different resource."


def all_of():
    """((account, id), record) of the distributions of all accounts."""
    return upstream.in_every_account(cloudfront._distributions)


def names(config):
    """The alternate domain names of a DistributionConfig, in lower case."""
    aliases = cloudfront._find(config, "Aliases")
    items = cloudfront._find(aliases, "Items") if aliases is not None else None
    return [(item.text or "").lower() for item in items] if items is not None else []


def _viewer(config, field):
    viewer = cloudfront._find(config, "ViewerCertificate")
    return cloudfront._text(viewer, field) if viewer is not None else ""


def refusal(config, own=None):
    """AWS's error for the names and the certificate of a configuration, or None. `own` is the id of the distribution that changes."""
    wanted, arn = names(config), _viewer(config, "ACMCertificateArn")
    certificate = _usable(arn) if arn else None
    if arn and certificate is None:
        return cloudfront._error("InvalidViewerCertificate", NOT_USABLE, 400)
    # What a certificate of IAM covers is not known here.
    if wanted and not _viewer(config, "IAMCertificateId"):
        if certificate is None:
            return cloudfront._error("InvalidViewerCertificate", NO_CERTIFICATE, 400)
        if not all(certificates.covers(certificate["SubjectAlternativeNames"], name) for name in wanted):
            return cloudfront._error("InvalidViewerCertificate", NOT_COVERED, 400)
    if any(_claims(account, config_of(record), wanted) for (account, id), record in all_of() if id != own):
        return cloudfront._error("CNAMEAlreadyExists", TAKEN, 409)
    return None


def config_of(record):
    return cloudfront._dist_config_el(record)


def _usable(arn):
    """The record of an issued certificate of this account in us-east-1, or None."""
    region, account = arn.split(":")[3:5] if arn.count(":") >= 5 else ("", "")
    return certificates.issued(arn) if (region, account) == ("us-east-1", upstream.account_id()) else None


def _claims(account, other, wanted):
    """Whether another distribution has one of these names. A wildcard and a name below it may be two distributions of one account."""
    theirs = names(other)
    if account == upstream.account_id():
        return bool(set(wanted).intersection(theirs))
    return any(certificates.covers([a], b) or certificates.covers([b], a) for a in wanted for b in theirs)


@upstream.wrap(cloudfront, "_create_distribution")
def _create(inner, headers, body):
    config, _tags = cloudfront._unwrap_distribution_create_xml(cloudfront._parse_body(body))
    if config is None:
        return inner(headers, body)
    # A request that is sent again gets the distribution that it made.
    reference = cloudfront._text(config, "CallerReference")
    made = (id for id, record in cloudfront._distributions.items() if record.get("CallerReference") == reference)
    return refusal(config, next(made, None)) or inner(headers, body)


@upstream.wrap(cloudfront, "_update_distribution")
def _update(inner, dist_id, headers, body):
    config = cloudfront._parse_body(body) if dist_id in cloudfront._distributions else None
    return (refusal(config, dist_id) if config is not None else None) or inner(dist_id, headers, body)


def _shown(record):
    changed = datetime.datetime.fromisoformat(record["LastModifiedTime"])
    age = (datetime.datetime.now(datetime.timezone.utc) - changed).total_seconds()
    return {**record, "Status": "Deployed" if age >= timing.DISTRIBUTION_DEPLOYS else "InProgress"}


@upstream.wrap(cloudfront, "_build_distribution_xml")
def _one(inner, parent, record):
    return inner(parent, _shown(record))


@upstream.wrap(cloudfront, "_build_distribution_list_xml")
def _several(inner, root, records):
    return inner(root, [_shown(record) for record in records])


@users.source
def _certificates():
    for _key, record in all_of():
        if arn := _viewer(config_of(record), "ACMCertificateArn"):
            yield arn, record["ARN"]
