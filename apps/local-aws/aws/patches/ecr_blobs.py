"""Layers live in memory and are saved as base64 in one JSON at each save: 132 MB for one 270 MB image (ministack 1.5.33).

Here a layer is a file named by its digest, and the state keeps its size. Registry requests run in a thread, so that hashing and writing
a layer blocks no other request."""
import asyncio
import os
from pathlib import Path

from .. import upstream

ecr = upstream.service("ecr")


def folder():
    return Path(os.environ["STATE_DIR"]) / "blobs"


def path(digest):
    return folder() / digest.replace(":", "-")


def _keep(name, digest):
    layers = ecr._layer_blobs.get(name, {})
    content = layers.get(digest)
    if isinstance(content, (bytes, bytearray)):
        folder().mkdir(parents=True, exist_ok=True)
        temporary = path(digest).with_suffix(".tmp")
        temporary.write_bytes(content)
        os.replace(temporary, path(digest))
        layers[digest] = len(content)


def _first(query, key):
    value = query.get(key)
    return value[0] if isinstance(value, list) else value


@upstream.wrap(ecr, "_v2_complete_blob_upload")
def _completed(inner, name, upload, query, body):
    answer = inner(name, upload, query, body)
    _keep(name, _first(query, "digest"))
    return answer


@upstream.wrap(ecr, "_v2_start_blob_upload")
def _started(inner, name, query, body):
    answer = inner(name, query, body)
    _keep(name, _first(query, "digest"))
    return answer


def _answer(name, digest, with_body):
    missing = ecr._ensure_repo_exists(name)
    if missing is not None:
        return missing
    size = ecr._layer_blobs.get(name, {}).get(digest)
    if size is None or not path(digest).exists():
        return ecr._registry_error(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})
    headers = {"Content-Length": str(size), "Docker-Content-Digest": digest, "Content-Type": "application/octet-stream"}
    return ecr._registry_ok(200, headers, path(digest).read_bytes() if with_body else b"")


@upstream.replace(ecr, "_v2_head_blob")
def _head(name, digest):
    return _answer(name, digest, with_body=False)


@upstream.replace(ecr, "_v2_get_blob")
def _get(name, digest):
    return _answer(name, digest, with_body=True)


@upstream.wrap(ecr, "_delete_repository")
def _delete(inner, data):
    answer = inner(data)
    if answer[0] == 200:
        ecr._layer_blobs.pop(data["repositoryName"], None)
        ecr._manifest_blobs.pop(data["repositoryName"], None)
        sweep()
    return answer


def sweep():
    """Removes the files that no repository of any account refers to."""
    held = {path(d).name for _, layers in ecr._layer_blobs.all_items() for d in layers}
    for file in folder().glob("*") if folder().exists() else ():
        if file.name not in held:
            file.unlink(missing_ok=True)


upstream.on_start(sweep)
upstream.on_reset(sweep)


@upstream.wrap(ecr, "handle_registry_request")
async def _in_a_thread(inner, *args):
    return await asyncio.to_thread(lambda: asyncio.run(inner(*args)))
