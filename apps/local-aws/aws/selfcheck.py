"""`python -m aws.selfcheck`: does upstream still need each fix, and does each fix cure it?

Every probe is asked twice, in processes of their own: of ministack as it is (each must say "defect": otherwise upstream
repaired it and the part can go) and with everything loaded (each must say "no defect")."""
import logging
import os
import subprocess
import sys
import tempfile

from . import settings


def ask(loaded):
    """Prints `name yes|no|error` for each probe."""
    settings.read()
    from . import load, upstream
    from .probes import client, iam, probes  # noqa: F401  importing them registers their probes

    logging.disable(logging.CRITICAL)
    if loaded:
        load.load()
    with upstream.unpatched_scope():
        for name, probe in client.PROBES.items():
            try:
                print(name, "yes" if probe(loaded) else "no", flush=True)
            except Exception as error:
                print(name, f"error {type(error).__name__}: {error}", flush=True)


def answers(mode):
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "STATE_DIR": folder, "PERSIST_STATE": "0", "GATEWAY_PORT": "4566"}
        command = [sys.executable, "-m", __spec__.name if __spec__ else "aws.selfcheck", mode]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(found.stderr)
    return dict(line.split(" ", 1) for line in found.stdout.splitlines())


def verdicts():
    """(part, what is wrong or "") in the order of the probes."""
    plain, cured = answers("plain"), answers("loaded")
    for name, without in plain.items():
        if without == "no":
            yield name, f"upstream no longer needs it: remove the part {name} and its probe"
        elif without != "yes":
            yield name, f"the probe failed without the fixes: {without}"
        elif cured.get(name) != "no":
            yield name, f"not cured with the fixes loaded: {cured.get(name)}"
        else:
            yield name, ""


def main():
    failed = 0
    for name, wrong in verdicts():
        print(f"{name:20} {wrong or 'still needed, and cured'}")
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main() if len(sys.argv) == 1 else ask(sys.argv[1] == "loaded"))
