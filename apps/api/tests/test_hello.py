"""The function `hello`, called as Lambda calls it."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / "hello"))

import main  # noqa: E402


class HelloTest(unittest.TestCase):
    def test_it_greets_by_the_name_of_the_path(self):
        answer = main.handler({"pathParameters": {"name": "Grace"}}, None)
        self.assertEqual(answer["statusCode"], 200)
        self.assertEqual(json.loads(answer["body"]), {"hello": "Grace"})
        self.assertEqual(answer["headers"]["content-type"], "application/json")


if __name__ == "__main__":
    unittest.main()
