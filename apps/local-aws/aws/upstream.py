"""The only module that imports ministack. Patches get its services here and replace their functions by name."""
import contextlib
import dataclasses
import functools
import json
from xml.etree import ElementTree

from ministack import app
from ministack.core import container_reaper, iam_actions, iam_evaluator, lambda_runtime, persistence, responses

gateway = app  # receives every request
service = app._get_module
reply = responses.json_response
error_reply = responses.error_response_json
request_scope = responses.request_scope
account_id = responses.get_account_id
region = responses.get_region
StreamingResponse = responses.StreamingResponse
own_labels = container_reaper.own_labels
INSTANCE = container_reaper.INSTANCE_LABEL
instance = container_reaper.instance_id
RegionScoped = responses.AccountRegionScopedDict


def wrap(module, name):
    """Replace module.name, and each entry of its action map that points at it, by fn(inner, *args).

    Fails at start when the function is gone, because then upstream changed and the patch must be reviewed."""
    owner = service(module) if isinstance(module, str) else module

    def decorate(fn):
        inner = getattr(owner, name)
        outer = functools.wraps(inner)(lambda *a, **k: fn(inner, *a, **k))
        setattr(owner, name, outer)
        actions = _actions(owner)
        for action in [a for a, handler in actions.items() if handler is inner]:
            actions[action] = outer
        return outer

    return decorate


def replace(module, name):
    """Like wrap, for a function that does not call upstream's."""
    return lambda fn: wrap(module, name)(lambda _inner, *a, **k: fn(*a, **k)) and fn


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as IAM sees it."""

    headers: dict
    body: bytes
    params: dict
    region: str
    account: str
    # Of services that name an action by them, as Lambda does.
    method: str = ""
    path: str = ""

    @property
    def action(self):
        return self.headers.get("x-amz-target", "").rsplit(".", 1)[-1] or self.param("Action")

    @functools.cached_property
    def data(self):
        """The JSON of its body."""
        try:
            found = json.loads(self.body) if self.body else {}
        except ValueError:
            found = {}
        return found if isinstance(found, dict) else {}

    def param(self, name):
        value = self.params.get(name) or ""
        return value[0] if isinstance(value, list) else value


def add_action(module, name):
    """Add an action that upstream lacks. Upstream's own wins once it has one."""
    return lambda fn: _actions(service(module)).setdefault(name, fn) and fn


def _actions(owner):
    return getattr(owner, "_ACTION_MAP", None) or getattr(owner, "_IAM_HANDLERS", {})


def caller_key():
    """The access key that signed this request. Empty for an account's own key and without AUTH."""
    return iam_evaluator._verified_key.get()


def set_scope(account, where):
    responses.set_request_account_id(account)
    responses.set_request_region(where)


def set_client(address):
    """Who sent the request at hand, for conditions of policies and for logs."""
    responses.set_request_client_ip(address)
    app.pin_request_origin(address, True)


def with_status(response, status=200):
    return json.loads(response[2]) if response[0] == status else None


def edit_items(response, path, edit):
    """Parse an XML answer, call edit(parent, item, q) for each item at path ("set/item"), write it back."""
    status, headers, body = response
    if status != 200:
        return response
    root = ElementTree.fromstring(body)
    namespace = root.tag[1:].split("}")[0] if root.tag.startswith("{") else ""

    def q(tag):
        return f"{{{namespace}}}{tag}" if namespace else tag

    steps = [q(t) for t in path.split("/")]
    for parent in root.findall("/".join(steps[:-1])) if steps[:-1] else [root]:
        for item in parent.findall(steps[-1]):
            edit(parent, item, q)
    ElementTree.register_namespace("", namespace)
    return status, headers, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def set_child(item, q, tag, text):
    child = item.find(q(tag))
    if child is None:
        child = ElementTree.SubElement(item, q(tag))
    child.text = text


def in_every_scope(store, match):
    """The first (account, region, value) of a region-scoped store that matches, in any account and region."""
    for (account, where, _key), value in store.all_items():
        if match(value):
            return account, where, value
    return None


def in_every_account(store):
    """((account, key), value) of a store that is scoped by account."""
    return list(store._data.items())


def add_state(key, module):
    """Have a module of ours (get_state, load_persisted_state, reset) saved, loaded and reset with the services."""
    app._loaded_modules[key] = module
    app._state_map[key] = key
    app.SERVICE_REGISTRY[key] = {"module": key}


def state_keys(service_name):
    """The names of the state files a request to this service can change."""
    entry = app.SERVICE_REGISTRY.get(app.SERVICE_NAME_ALIASES.get(service_name, service_name))
    if entry is None:
        return ()
    return (entry.get("state_key", entry["module"]), *entry.get("sub_modules", ()))


def savers():
    return app._build_persistence_save_dict()


def to_json(key, state):
    wrapped = {"__ministack_format__": persistence._state_format_version(key), "payload": state}
    return json.dumps(wrapped, default=persistence._json_default)


def save_with(save):
    """Replace upstream's save at the stop, which would write the same files at the same time."""
    app.save_all = lambda _services: save()


def on_request(observe):
    """observe(service name, method, action) after each request that a service answered."""
    inner = app._dispatch_service_request

    @functools.wraps(inner)
    async def outer(method, path, headers, body, query_params, request_id):
        params = app._routing_params(method, path, headers, body, query_params)
        name = app.detect_service(method, path, headers, params)
        try:
            return await inner(method, path, headers, body, query_params, request_id)
        finally:
            action = headers.get("x-amz-target", "").rsplit(".", 1)[-1] or (params.get("Action") or [""])[0]
            observe(name, method, action)

    app._dispatch_service_request = outer


_start_hooks, _serving_hooks, _stop_hooks = [], [], []


def on_start(then):
    """Call then() when saved state is loaded and the gateway is about to answer."""
    _start_hooks.append(then)


def on_serving(then):
    """Call then() in the loop of the gateway, after what on_start called."""
    _serving_hooks.append(then)


def on_stop(then):
    """Call then() when the stop begins, before containers are removed and state is saved."""
    _stop_hooks.append(then)


def begin():
    for hook in _start_hooks:
        hook()


def serving():
    for hook in _serving_hooks:
        hook()


def end():
    for hook in _stop_hooks:
        hook()


def on_reset(then):
    inner = app._reset_all_state

    def reset():
        inner()
        then()

    app._reset_all_state = reset


@contextlib.contextmanager
def unpatched_scope():
    """A scratch account and region, so that probes change no other state."""
    with request_scope("999999999999", "us-west-2"):
        yield


async def request(service_name, headers, body):
    return await app.SERVICE_HANDLERS[service_name]("POST", "/", headers, body, {})




@replace(app, "_stop_docker_containers")
def _remove_containers(at_boot=False):
    """Remove this instance's containers only; those of a killed run get SIGKILL at once."""
    client = app._reaper_docker_client()
    if client is not None:
        container_reaper.reap_all(client, stop_timeout=0 if at_boot else 2)
