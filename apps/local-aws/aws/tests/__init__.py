"""Fast tests: PYTHONPATH=apps/local-aws python -m unittest discover -s apps/local-aws/aws/tests -t apps/local-aws"""
import os

os.environ.setdefault("LOG_LEVEL", "ERROR")
