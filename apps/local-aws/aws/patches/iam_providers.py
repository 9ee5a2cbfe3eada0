"""Tags, audiences and thumbprints of an OIDC provider cannot be changed or listed (ministack 1.5.33)."""
from .. import upstream

iam = upstream.service("iam")


def numbered(params, prefix, suffix=""):
    values, index = [], 1
    while value := iam._p(params, f"{prefix}.{index}{suffix}"):
        values.append(value)
        index += 1
    return values


def changing(action):
    """Adds an IAM action. fn(provider, params) changes the provider or returns the result's XML."""

    def decorate(fn):
        @upstream.add_action("iam", action)
        def act(params):
            arn = iam._p(params, "OpenIDConnectProviderArn")
            provider = iam._oidc_providers.get(arn)
            if provider is None:
                return iam._error(404, "NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")
            result = fn(provider, params) or ""
            return iam._xml(200, f"{action}Response", result and f"<{action}Result>{result}</{action}Result>", ns="iam")

        return fn

    return decorate


@changing("TagOpenIDConnectProvider")
def _tag(provider, params):
    new = iam._extract_tags(params)
    kept = [tag for tag in provider["Tags"] if tag["Key"] not in {each["Key"] for each in new}]
    provider["Tags"] = kept + new


@changing("UntagOpenIDConnectProvider")
def _untag(provider, params):
    provider["Tags"] = [tag for tag in provider["Tags"] if tag["Key"] not in numbered(params, "TagKeys.member")]


@changing("ListOpenIDConnectProviderTags")
def _tags(provider, _params):
    members = "".join(f"<member><Key>{tag['Key']}</Key><Value>{tag['Value']}</Value></member>" for tag in provider["Tags"])
    return f"<Tags>{members}</Tags><IsTruncated>false</IsTruncated>"


@changing("UpdateOpenIDConnectProviderThumbprint")
def _thumbprints(provider, params):
    provider["ThumbprintList"] = numbered(params, "ThumbprintList.member")


@changing("AddClientIDToOpenIDConnectProvider")
def _add_audience(provider, params):
    audience = iam._p(params, "ClientID")
    if audience not in provider["ClientIDList"]:
        provider["ClientIDList"].append(audience)


@changing("RemoveClientIDFromOpenIDConnectProvider")
def _remove_audience(provider, params):
    provider["ClientIDList"] = [each for each in provider["ClientIDList"] if each != iam._p(params, "ClientID")]
