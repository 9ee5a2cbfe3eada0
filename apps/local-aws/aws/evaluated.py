"""Which IAM actions each session was evaluated for, so that a test can compare what a role may do with what its job asked for."""
import collections

from . import upstream

_actions = collections.OrderedDict()
# A session is a job's; nobody asks for one long gone.
SESSIONS = 200


@upstream.wrap(upstream.iam_evaluator, "enforce")
def _note(inner, access_key_id, iam_action, *rest, **named):
    if (access_key_id or "").startswith("ASIA"):
        _actions.setdefault(access_key_id, set()).add(iam_action)
        while len(_actions) > SESSIONS:
            _actions.popitem(last=False)
    return inner(access_key_id, iam_action, *rest, **named)


def of(access_key_id):
    return sorted(_actions.get(access_key_id, ()))
