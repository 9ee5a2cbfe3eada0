"""A container's environment from its definition, files in S3, secrets and overrides, in AWS's order of precedence."""
import json

from .. import upstream


class CannotRead(Exception):
    pass


def environment(definition, override=None):
    files = {}
    for file in definition.get("environmentFiles", []):
        files.update(_file(file["value"]))
    plain = {e["name"]: e.get("value", "") for e in definition.get("environment", [])}
    given = {e["name"]: e.get("value", "") for e in (override or {}).get("environment", [])}
    return {**files, **plain, **_secrets(definition), **given}


def _file(arn):
    bucket, _, key = arn.partition(":::")[2].partition("/")
    content = upstream.service("s3")._get_object_data(bucket, key)
    if content is None:
        raise CannotRead(
            "ResourceInitializationError: failed to download env files: file download command: non empty error stream: "
            f"service call has been retried 1 time(s): failed to download object {key} from bucket {bucket}: NoSuchKey"
        )
    return parse(content.decode())


def parse(text):
    """Reads lines of NAME=value. Lines that begin with # are comments; quotes belong to the value, as on AWS."""
    out = {}
    for line in text.splitlines():
        name, found, value = line.partition("=")
        if found and name.strip() and not line.lstrip().startswith("#"):
            out[name.strip()] = value.strip()
    return out


def _secrets(definition):
    return {s["name"]: _secret(s["valueFrom"]) for s in definition.get("secrets", [])}


def _secret(reference):
    """Decrypts a SecureString. Upstream (1.5.33) passes it to the container encrypted."""
    if ":secretsmanager:" in reference:
        return _from_secrets_manager(reference)
    value = upstream.service("ssm").resolve_parameter_value(reference, decrypt=True)
    if value is None:
        name = reference.partition(":parameter")[2] or reference
        raise _unreadable("secrets from ssm", f"invalid parameters: {name}")
    return str(value)


def _from_secrets_manager(reference):
    """The ARN, then optionally :json-key:version-stage:version-id."""
    parts = [*reference.split(":"), "", "", ""]
    arn, key, stage, version = ":".join(parts[:7]), *parts[7:10]
    value = upstream.service("secretsmanager").resolve_secret_string(arn, stage or "AWSCURRENT", version or None)
    if value is None:
        why = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
        raise _unreadable("secret from asm", why)
    try:
        return str(json.loads(value)[key]) if key else str(value)
    except (ValueError, KeyError, TypeError) as error:
        why = f"retrieved secret from Secrets Manager did not contain json key {key}"
        raise _unreadable("secret from asm", why) from error


def _unreadable(what, why):
    return CannotRead(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
        f"unable to retrieve {what}: service call has been retried 1 time(s): {why}"
    )
