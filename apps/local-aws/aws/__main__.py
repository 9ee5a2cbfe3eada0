"""`python -m aws` starts the local AWS in the foreground; README.md lists its environment variables."""
import importlib.metadata
import os
import sys

from . import settings


def main():
    # Set here and not in settings.py, because the self-check runs without AUTH.
    os.environ.setdefault("AUTH", "true")
    configuration = settings.read()
    found = importlib.metadata.version("ministack")
    if found != settings.UPSTREAM:
        raise SystemExit(
            f"ministack ({found}) must be {settings.UPSTREAM}, because the patches replace its functions by name; "
            f"run: {sys.executable} -m pip install --require-hashes -r apps/local-aws/aws/requirements.txt"
        )
    from . import load, server  # ministack reads its environment when it is imported

    load.load(configuration.off)
    server.run(configuration)


if __name__ == "__main__":
    main()
