import unittest

from ..ecs.rollout import Member, Plan, breaker_threshold, plan


def new(name, healthy=True, started=0.0):
    return Member(name, True, healthy, started)


def old(name, healthy=True, started=0.0):
    return Member(name, False, healthy, started)


class Rollout(unittest.TestCase):
    def test_new_tasks_start_beside_the_old_ones_up_to_the_maximum(self):
        self.assertEqual(Plan(start=2), plan(2, [old("a"), old("b")]))
        self.assertEqual(Plan(start=1), plan(2, [old("a"), old("b")], maximum=150))

    def test_an_old_task_stays_until_a_new_one_is_healthy(self):
        starting = [new("n", healthy=False), new("m", healthy=False)]
        self.assertEqual((), plan(2, [*starting, old("a"), old("b")]).stop)

    def test_each_healthy_new_task_releases_one_old_one_the_oldest_first(self):
        members = [new("n"), new("m", healthy=False), old("b", started=2), old("a", started=1)]
        self.assertEqual(Plan(stop=("a",)), plan(2, members))

    def test_a_lower_minimum_releases_an_old_task_before_a_new_one_is_healthy(self):
        self.assertEqual(("a",), plan(2, [old("a"), old("b")], minimum=50, maximum=100).stop)

    def test_an_unhealthy_old_task_goes_at_once(self):
        self.assertEqual(("a",), plan(2, [old("a", healthy=False), old("b")]).stop)

    def test_scaling_in_stops_the_unhealthy_and_then_the_newest(self):
        members = [new("a", started=1), new("b", healthy=False, started=2), new("c", started=3)]
        self.assertEqual(("b", "c"), plan(1, members).stop)

    def test_scaling_to_zero_stops_all(self):
        self.assertEqual(Plan(stop=("n", "a")), plan(0, [new("n"), old("a")]))

    def test_a_failed_deployment_starts_nothing_and_keeps_what_works(self):
        self.assertEqual(Plan(), plan(2, [old("a"), old("b")], may_start=False))

    def test_one_task_can_always_be_started(self):
        self.assertEqual(Plan(start=1), plan(1, [], maximum=100))

    def test_the_breaker_takes_half_of_the_count_from_3_to_200(self):
        self.assertEqual([3, 3, 3, 10, 200], [breaker_threshold(n) for n in (0, 1, 6, 20, 1000)])


if __name__ == "__main__":
    unittest.main()
