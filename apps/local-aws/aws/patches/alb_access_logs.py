"""Access logs are turned on whatever the bucket is, so that a policy that comes too late or lets nobody write passes; AWS writes a file to
try it (ministack 1.5.33). No request is logged here."""
from .. import persistence, upstream

alb, s3 = upstream.service("alb"), upstream.service("s3")
DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
ENABLED, BUCKET, PREFIX = (f"access_logs.s3.{name}" for name in ("enabled", "bucket", "prefix"))


@upstream.wrap(alb, "_modify_lb_attrs")
def _with_access_logs(inner, params):
    balancer = alb._p(params, "LoadBalancerArn")
    if balancer in alb._lbs:
        held = {each["Key"]: each["Value"] for each in alb._lb_attrs.get(balancer, ())}
        wanted = held | _attributes(params)
        turned_on = any(wanted.get(key) != held.get(key) for key in (ENABLED, BUCKET, PREFIX))
        if wanted.get(ENABLED) == "true" and turned_on and (error := _try(wanted.get(BUCKET), wanted.get(PREFIX))):
            return error
    return inner(params)


def _attributes(params):
    found, number = {}, 1
    while key := alb._p(params, f"Attributes.member.{number}.Key"):
        found[key] = alb._p(params, f"Attributes.member.{number}.Value")
        number += 1
    return found


def _try(name, prefix):
    """AWS's error when load balancers of this account and region cannot write to the bucket, or None once they have."""
    account, region = upstream.account_id(), upstream.region()
    key = "/".join(filter(None, (prefix, "AWSLogs", account, "ELBAccessLogTestFile")))
    owner, bucket = _bucket(name)
    if bucket is None or bucket.get("region") != region or not _may_write(owner, name, key):
        return alb._error("InvalidConfigurationRequest", f"Access Denied for bucket: {name}. Please check S3bucket permission")
    with upstream.request_scope(owner, region):
        s3._put_object(name, key, f"Enable AccessLog for ELB: {account}".encode(), {"content-type": "text/plain"})
    persistence.touch("s3")
    return None


def _bucket(name):
    """(account, bucket) of this name, which is unique among all accounts, or (None, None)."""
    found = (of for of in upstream.in_every_account(s3._buckets) if of[0][1] == name)
    return next(((account, bucket) for (account, _name), bucket in found), (None, None))


def _may_write(owner, name, key):
    iam = upstream.iam_evaluator
    asked = iam.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="s3:PutObject",
        resource_arn=f"arn:aws:s3:::{name}/{key}",
        region=upstream.region(),
        secure_transport=True,
    )
    with upstream.request_scope(owner, upstream.region()):
        policy, encryption = s3._bucket_policies.get(name), s3._bucket_encryption.get(name, "")
    # Delivery has no right to use a key of KMS.
    return "aws:kms" not in encryption and iam.evaluate_resource_policy(policy, asked, service=DELIVERY).decision == "Allow"
