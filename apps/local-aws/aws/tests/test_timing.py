import os
import re
import unittest
from pathlib import Path
from unittest import mock

from .. import timing


def under(load):
    return mock.patch.object(os, "getloadavg", return_value=(load * (os.cpu_count() or 1), 0, 0))


# They differ from nothing of AWS's: how state is written, what AWS keeps as long, and what the others are made with.
NOT_AWS = {"AWS", "SAVE_DELAY", "SAVE_ALL_EVERY", "STOPPED_TASK_LISTED"}


class Documented(unittest.TestCase):
    def test_the_docs_table_has_every_wait_that_differs_and_names_no_other(self):
        text = Path(timing.__file__).read_text()
        names = {name for pair in re.findall(r"^(?:([A-Za-z]\w*) = |def ([a-z]\w*)\()", text, re.M) for name in pair if name}
        table = (Path(__file__).parents[4] / "docs/local-aws.md").read_text().partition("**Intervals**")[2].partition("**Behaviour**")[0]
        rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("|")]
        self.assertEqual(names - NOT_AWS, set(re.findall(r"`(\w+)`", " ".join(row[3] for row in rows))))

    def test_no_other_module_waits_for_seconds_of_its_own(self):
        """Short steps in which something is looked at again are no waits."""
        found = []
        for file in Path(timing.__file__).parent.rglob("*.py"):
            if file.parent.name not in ("tests", "probes") and file.name != "timing.py":
                found += re.findall(r"(?:sleep|wait)\((\d+(?:\.\d+)?)\)", file.read_text())
        self.assertEqual([], [text for text in found if 0.1 < float(text)])


class Timing(unittest.TestCase):
    def test_what_is_configured_shorter_stays(self):
        self.assertEqual(0.25, timing.health_interval(0.25))
        self.assertEqual(0.0, timing.grace_period(0))

    def test_a_busy_machine_gets_more_patience_and_never_more_than_aws(self):
        with under(1):
            self.assertEqual((8.0, 2.0), (timing.grace_period(60), timing.health_timeout(5)))
        with under(3):
            self.assertEqual((16.0, 4.0), (timing.grace_period(60), timing.health_timeout(5)))
        with under(50):
            self.assertEqual((24.0, 5.0), (timing.grace_period(60), timing.health_timeout(5)))
