"""`python -m aws.selfcheck`: does upstream still need each patch, and does each patch cure its defect?

Every probe runs twice, in two processes: on plain ministack, where it must find the defect (otherwise upstream repaired it and the
patch can go), and with everything loaded, where it must find none."""
import logging
import os
import subprocess
import sys
import tempfile

from . import settings


def run_probes(loaded):
    """Prints `name yes|no|error` for each probe."""
    settings.read()
    from . import load, upstream
    from .probes import client, delivery, ecr, edge, iam, network, probes  # noqa: F401  importing them registers their probes

    logging.disable(logging.CRITICAL)
    if loaded:
        load.load()
    with upstream.unpatched_scope():
        for name, probe in client.PROBES.items():
            try:
                print(name, "yes" if probe(loaded) else "no", flush=True)
            except Exception as error:
                print(name, f"error {type(error).__name__}: {error}", flush=True)


def probe_results(mode):
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "STATE_DIR": folder, "PERSIST_STATE": "0", "GATEWAY_PORT": "4566"}
        command = [sys.executable, "-m", __spec__.name if __spec__ else "aws.selfcheck", mode]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(found.stderr)
    return dict(line.split(" ", 1) for line in found.stdout.splitlines())


def findings():
    """(part, what is wrong or "") in the order of the probes."""
    plain, cured = probe_results("plain"), probe_results("loaded")
    for name, without in plain.items():
        if without == "no":
            yield name, f"upstream no longer needs it: remove the part {name} and its probe"
        elif without != "yes":
            yield name, f"the probe failed without the patches: {without}"
        elif cured.get(name) != "no":
            yield name, f"not cured with the patches loaded: {cured.get(name)}"
        else:
            yield name, ""


def main():
    failed = 0
    for name, wrong in findings():
        print(f"{name:20} {wrong or 'still needed, and cured'}")
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main() if len(sys.argv) == 1 else run_probes(sys.argv[1] == "loaded"))
