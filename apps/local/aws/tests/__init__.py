"""Fast tests: PYTHONPATH=apps/local python -m unittest discover -s apps/local/aws/tests -t apps/local"""
import os

os.environ.setdefault("LOG_LEVEL", "ERROR")
