"""A function runs with the emulator's own Python packages and its whole environment, host's secrets included (ministack 1.5.33).

Here a Python function finds the standard library, its layers and its own folder, and no function sees more of the environment than
AWS's runtime has. It is still a process of this user on this host, with the host's Python or Node, whatever the runtime's version."""
import os
import shutil
import subprocess
import sys
import types

from .. import upstream

runtime = upstream.lambda_runtime
# Of the host's environment: where programs, certificates and time zones are.
OF_THE_HOST = {"PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"}
OF_THE_RUNTIME = ("AWS_LAMBDA_", "_LAMBDA_", "LAMBDA_TASK_ROOT", "_X_AMZN_TRACE_ID", "_MINISTACK_")
CREDENTIALS = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


def command(given):
    """-I: no variable and no folder of the host says where modules are; -S: no package of an environment is one."""
    program, *rest = given
    if program == sys.executable:
        return [program, "-I", "-S", "-X", "utf8", *rest]
    return [shutil.which(program) or program, *rest]


def environment(given):
    """What a function sees: its own variables (which differ from the host's or are set again by the worker), and the runtime's."""
    kept = {name: value for name, value in given.items() if name in OF_THE_HOST | CREDENTIALS or name.startswith(OF_THE_RUNTIME)}
    kept.update({name: value for name, value in given.items() if os.environ.get(name) != value})
    kept.setdefault("AWS_ENDPOINT_URL", f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}")
    return {"LANG": "C.UTF-8", "TZ": ":UTC", **kept}


class Isolated(subprocess.Popen):
    def __init__(self, args, *, env, **more):
        super().__init__(command(args), env=environment(env), **more)


# In place of the module that the workers start their processes with.
runtime.subprocess = types.SimpleNamespace(**{**vars(subprocess), "Popen": Isolated})
