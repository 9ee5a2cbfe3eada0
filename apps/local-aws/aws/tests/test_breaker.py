import unittest

from .. import upstream
from ..ecs import breaker, history


def service(rollback=True, **more):
    configuration = {"deploymentCircuitBreaker": {"enable": True, "rollback": rollback, **more}}
    return {
        "serviceName": "web",
        "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/demo/web",
        "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/demo",
        "taskDefinition": "demo:1",
        "desiredCount": 2,
        "deploymentConfiguration": configuration,
        "deployments": [],
        "events": [],
    }


def deploy(subject, name):
    deployment = {
        "id": name,
        "status": "PRIMARY",
        "taskDefinition": name,
        "desiredCount": 2,
        "rolloutState": "IN_PROGRESS",
        "_revision": history.new_revision(subject),
        "_row": 0,
    }
    deployment["_service_deployment"] = history.begin(subject, deployment, [])
    for earlier in subject["deployments"]:
        earlier["status"] = "ACTIVE"
    subject["deployments"].insert(0, deployment)
    return deployment


class Breaker(unittest.TestCase):
    def setUp(self):
        scope = upstream.request_scope("123456789012", "eu-west-1")
        scope.__enter__()
        self.addCleanup(scope.__exit__, None, None, None)
        self.addCleanup(history.reset)

    def record(self, deployment):
        return history.deployments[deployment["_service_deployment"]]

    def test_it_trips_at_three_failures_in_a_row_of_two_tasks(self):
        subject = service()
        first = deploy(subject, "v1")
        first["_row"] = 2
        self.assertFalse(breaker.trips(subject, first))
        first["_row"] = 3
        self.assertTrue(breaker.trips(subject, first))

    def test_a_threshold_of_the_services_own_is_taken(self):
        subject = service(thresholdConfiguration={"type": "COUNT", "value": 7})
        self.assertEqual(7, breaker.threshold(subject))

    def test_a_first_deployment_that_fails_stays_failed(self):
        subject = service()
        first = deploy(subject, "v1")
        breaker.fail(subject, first, "why")
        self.assertEqual(("PRIMARY", "FAILED", "why"), (first["status"], first["rolloutState"], first["rolloutStateReason"]))
        self.assertEqual("STOPPED", self.record(first)["status"])
        self.assertEqual("TRIGGERED", self.record(first)["deploymentCircuitBreaker"]["status"])

    def test_a_later_one_goes_back_to_the_last_completed_also_when_that_has_left_the_list(self):
        subject = service()
        first = deploy(subject, "v1")
        first["rolloutState"] = "COMPLETED"
        subject["_last_completed"] = {**first}
        second = deploy(subject, "v2")
        subject["deployments"].remove(first)
        breaker.fail(subject, second, "why")
        primary = breaker.primary_of(subject)
        self.assertEqual(("v1", "IN_PROGRESS", "v1"), (primary["id"], primary["rolloutState"], subject["taskDefinition"]))
        self.assertEqual(("ACTIVE", "FAILED"), (second["status"], second["rolloutState"]))
        record = self.record(second)
        self.assertEqual(("ROLLBACK_IN_PROGRESS", first["_revision"]), (record["status"], record["rollback"]["serviceRevisionArn"]))

    def test_a_roll_back_that_fails_too_is_recorded_and_goes_on_trying(self):
        subject = service()
        first = deploy(subject, "v1")
        subject["_last_completed"] = {**first, "rolloutState": "COMPLETED"}
        second = deploy(subject, "v2")
        breaker.fail(subject, second, "why")
        back = breaker.primary_of(subject)
        back["_row"] = 3
        self.assertFalse(breaker.trips(subject, back))
        self.assertEqual("ROLLBACK_FAILED", self.record(second)["status"])

    def test_a_newer_deployment_supersedes_one_in_progress(self):
        subject = service()
        first = deploy(subject, "v1")
        deploy(subject, "v2")
        self.assertEqual("STOPPED", self.record(first)["status"])
        self.assertIn("Superseded", self.record(first)["statusReason"])
