"""Fast tests, in apps/local-aws: python -m unittest discover -s aws/tests -t ."""
import os

os.environ.setdefault("LOG_LEVEL", "ERROR")
