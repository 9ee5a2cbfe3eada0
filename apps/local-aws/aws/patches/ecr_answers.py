"""ECR's answers about images differ from AWS: sizes are the manifest's, an unknown image is left out, an image with two tags is listed
once, and the error for an immutable tag has another text (ministack 1.5.33)."""
import json

from .. import upstream

ecr = upstream.service("ecr")


def _unknown(name, image):
    shown = ", ".join(f"{key}:'{image[key]}'" for key in ("imageDigest", "imageTag") if image.get(key))
    text = f"The image with imageId {{{shown}}} does not exist within the repository with name '{name}' in the registry "
    return upstream.error_reply("ImageNotFoundException", text + f"with id '{upstream.account_id()}'", 400)


def _size(manifest):
    try:
        parsed = json.loads(manifest)
        return sum(part.get("size", 0) for part in [parsed.get("config", {}), *parsed.get("layers", [])])
    except (ValueError, AttributeError):
        return 0


@upstream.wrap(ecr, "_describe_images")
def _describe(inner, data):
    name = data.get("repositoryName", "")
    for image in data.get("imageIds") or []:
        if name in ecr._repositories and not ecr._find_image(name, image):
            return _unknown(name, image)
    found = upstream.with_status(answer := inner(data))
    if found is None:
        return answer
    for detail in found["imageDetails"]:
        record = ecr._find_image(name, {"imageDigest": detail["imageDigest"]})
        detail["imageSizeInBytes"] = _size(record["imageManifest"]) or detail["imageSizeInBytes"]
        if not detail["imageTags"]:
            del detail["imageTags"]
    wanted = (data.get("filter") or {}).get("tagStatus")
    if wanted in ("TAGGED", "UNTAGGED"):
        found["imageDetails"] = [d for d in found["imageDetails"] if ("imageTags" in d) == (wanted == "TAGGED")]
    return upstream.reply(found)


@upstream.wrap(ecr, "_batch_get_image")
def _batch_get(inner, data):
    """The imageId in the answer names the requested tag. Upstream names the last one pushed."""
    found = upstream.with_status(answer := inner(data))
    if found is None:
        return answer
    requested = [i for i in data.get("imageIds", []) if ecr._find_image(data["repositoryName"], i)]
    for image, wanted in zip(found["images"], requested, strict=True):
        image["imageId"] = {"imageDigest": image["imageId"]["imageDigest"]}
        if wanted.get("imageTag"):
            image["imageId"]["imageTag"] = wanted["imageTag"]
    return upstream.reply(found)


@upstream.wrap(ecr, "_list_images")
def _list(inner, data):
    if upstream.with_status(answer := inner(data)) is None:
        return answer
    wanted = (data.get("filter") or {}).get("tagStatus")
    ids = []
    for image in ecr._images.get(data["repositoryName"], []):
        tags = image.get("imageTags", [])
        if wanted != "UNTAGGED":
            ids += [{"imageDigest": image["imageDigest"], "imageTag": tag} for tag in tags]
        if not tags and wanted != "TAGGED":
            ids.append({"imageDigest": image["imageDigest"]})
    return upstream.reply({"imageIds": ids})


def _immutable(name, tag):
    return (
        f"The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten "
        "because the repository is immutable."
    )


@upstream.wrap(ecr, "_v2_put_manifest")
def _push(inner, name, ref, headers, body):
    answer = inner(name, ref, headers, body)
    if answer[0] == 400 and b"is immutable" in answer[2]:
        return ecr._registry_error(400, "TAG_INVALID", _immutable(name, ref), {"tag": ref})
    return answer


@upstream.wrap(ecr, "_put_image")
def _put(inner, data):
    name, tag = data.get("repositoryName", ""), data.get("imageTag")
    held = ecr._find_image(name, {"imageTag": tag}) if tag and name in ecr._repositories else None
    digest = data.get("imageDigest") or ecr._image_digest(data.get("imageManifest", ""))
    if held and held["imageDigest"] == digest:
        text = f"Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}'"
        return upstream.error_reply("ImageAlreadyExistsException", text, 400)
    if held and ecr._repositories[name].get("imageTagMutability") == "IMMUTABLE":
        return upstream.error_reply("ImageTagAlreadyExistsException", _immutable(name, tag), 400)
    return inner(data)
