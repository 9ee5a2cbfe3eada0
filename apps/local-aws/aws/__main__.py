"""`python -m aws` starts the local AWS in the foreground; the environment is described in docs/local-aws.md."""
import importlib.metadata
import os
import sys

from . import settings


def main():
    # Not in the settings: the self-check asks upstream as it is without.
    os.environ.setdefault("AUTH", "true")
    configuration = settings.read()
    found = importlib.metadata.version("ministack")
    if found != settings.UPSTREAM:
        raise SystemExit(
            f"ministack ({found}) must be {settings.UPSTREAM}, because the fixes replace its functions by name; "
            f"run: {sys.executable} -m pip install --require-hashes -r apps/local-aws/aws/requirements.txt"
        )
    from . import load, server  # ministack reads its environment when it is imported

    load.load(configuration.off)
    server.run(configuration)


if __name__ == "__main__":
    main()
