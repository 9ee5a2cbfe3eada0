import os
import unittest
from unittest import mock

from .. import timing


def under(load):
    return mock.patch.object(os, "getloadavg", return_value=(load * (os.cpu_count() or 1), 0, 0))


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
