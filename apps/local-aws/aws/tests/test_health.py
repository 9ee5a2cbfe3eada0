import unittest

from ..ecs import health


def fed(*checks, healthy=2, unhealthy=3):
    target = health.Health()
    for check in checks:
        target.observe(check, healthy, unhealthy)
    return target


class HealthOfATarget(unittest.TestCase):
    def test_a_new_target_is_initial_with_awss_reasons(self):
        self.assertEqual(("initial", "Elb.RegistrationInProgress"), (fed().state, fed().reason))
        failed_once = fed(health.REFUSED)
        self.assertEqual(("initial", "Elb.InitialHealthChecking"), (failed_once.state, failed_once.reason))

    def test_one_passed_check_makes_a_new_target_healthy(self):
        self.assertEqual("healthy", fed(health.REFUSED, health.PASSED).state)

    def test_failures_in_a_row_make_it_unhealthy_and_say_why(self):
        target = fed(health.PASSED, health.REFUSED, health.TIMED_OUT, health.mismatch(404))
        self.assertEqual("unhealthy", target.state)
        self.assertEqual("Target.ResponseCodeMismatch", target.reason)
        self.assertEqual("Health checks failed with these codes: [404]", target.description)

    def test_a_passed_check_in_between_starts_the_count_again(self):
        checks = [health.PASSED, health.REFUSED, health.REFUSED, health.PASSED, health.REFUSED, health.REFUSED]
        self.assertEqual("healthy", fed(*checks).state)

    def test_an_unhealthy_target_comes_back_after_the_healthy_threshold(self):
        down = [health.REFUSED] * 3
        self.assertEqual("unhealthy", fed(*down, health.PASSED).state)
        self.assertEqual("healthy", fed(*down, health.PASSED, health.PASSED).state)

    def test_only_a_changed_state_is_reported(self):
        target = health.Health()
        self.assertTrue(target.observe(health.PASSED, 2, 2))
        self.assertFalse(target.observe(health.PASSED, 2, 2))

    def test_a_draining_target_says_so(self):
        target = fed(health.PASSED)
        target.drain()
        self.assertEqual(("draining", "Target.DeregistrationInProgress"), (target.state, target.reason))

    def test_matchers_take_values_lists_and_ranges(self):
        for matcher, code, expected in (("200", 200, True), ("200,302", 302, True), ("200-299", 204, True), ("200-299", 301, False)):
            self.assertEqual(expected, health.matches(code, matcher), (matcher, code))
