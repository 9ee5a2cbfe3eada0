"""Deployments with containers: python -m unittest aws.tests.e2e_deployment (a minute and a half; docker, a Python image)."""
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import docker

from . import fixture


def stamp(lines, prefix):
    return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(prefix))


class Deployment(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        fixture.image()
        cls.folder = tempfile.TemporaryDirectory()
        cls.aws = fixture.LocalAws(Path(cls.folder.name))
        cls.addClassCleanup(cls.folder.cleanup)
        cls.first_health = cls.aws.start()
        cls.addClassCleanup(lambda: cls.aws.process.poll() is None and cls.aws.stop())
        cls.service = fixture.Service()
        found, cls.seconds = cls.service.deploy(cls.service.register("1"))
        assert found["status"] == "SUCCESSFUL", found

    def setUp(self):
        self.app_probe = fixture.AppProbe(self.service)
        self.app_probe.start()

    def tearDown(self):
        sent = self.app_probe.stop()
        self.assertEqual([], self.app_probe.failed, f"of {sent} requests")
        self.assertNotIn(" ERROR ", self.aws.output())

    def runs(self, rev):
        return f"REV={rev} " in self.service.get()[1] + " "

    def start_failures(self):
        failed = [t for t in self.service.tasks("STOPPED") if t["stopCode"] == "TaskFailedToStart"]
        return " ".join(t["stoppedReason"] for t in failed)

    def test_10_a_healthy_deployment_takes_seconds_and_gives_the_container_what_it_asked_for(self):
        self.assertLess(self.seconds, 10)
        status, body = self.service.get()
        self.assertEqual(200, status)
        self.assertIn("REV=1 SECRET_KEY=s3cret FROM_FILE=yes AWS_REGION=eu-north-1", body)
        self.assertIn("writable=/tmp uid=10001", body)
        by_name = self.service.get(host="demo.alb.localhost")
        self.assertEqual(body, by_name[1])
        tasks = self.service.tasks()
        self.assertEqual({self.service.digest}, {t["containers"][0]["imageDigest"] for t in tasks})
        self.assertEqual(["healthy", "healthy"], [state for _, state, _ in self.service.health()])

    def test_11_the_deployment_is_recorded_with_its_digest(self):
        described = self.service.describe()
        found = self.service.deployment(described["currentServiceDeployment"])
        self.assertEqual("SUCCESSFUL", found["status"])
        self.assertEqual("MONITORING_COMPLETE", found["deploymentCircuitBreaker"]["status"])
        arn = found["targetServiceRevision"]["arn"]
        revision = self.service.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"][0]
        self.assertEqual(self.service.digest, revision["containerImages"][0]["imageDigest"])
        listed = self.service.ecs.list_service_deployments(cluster="demo", service="web")["serviceDeployments"]
        self.assertEqual(described["currentServiceDeployment"], listed[0]["serviceDeploymentArn"])

    def test_20_a_rolling_update_loses_no_request_and_drains_before_sigterm(self):
        old = {t["taskArn"] for t in self.service.tasks()}
        answers, states = [], set()
        over = threading.Event()

        def slow():
            while not over.is_set():
                answers.append((self.service.get("/slow"), time.time()))

        def watch():
            while not over.is_set():
                states.update(state for _, state, _ in self.service.health())
                time.sleep(0.05)

        threads = [threading.Thread(target=slow) for _ in range(4)] + [threading.Thread(target=watch)]
        for thread in threads:
            thread.start()
        found, seconds = self.service.deploy(self.service.register("2"))
        over.set()
        for thread in threads:
            thread.join()
        self.assertEqual("SUCCESSFUL", found["status"])
        self.assertLess(seconds, 15)
        self.assertEqual({200}, {status for (status, _), _ in answers})
        self.assertLessEqual({"initial", "healthy", "draining"}, states)
        last_old = max(when for (_, body), when in answers if "REV=1" in body)
        for arn in old:
            lines = fixture.wait(lambda arn=arn: (li := self.service.log_lines(arn)) and "last words" in li and li, 10, "its log")
            self.assertGreater(stamp(lines, "SIGTERM at"), last_old - 2.0, "a request was still on when SIGTERM came")
        stopped = [t for t in self.service.tasks("STOPPED") if t["taskArn"] in old]
        self.assertEqual({"ServiceSchedulerInitiated"}, {t["stopCode"] for t in stopped})

    def test_30_a_version_that_crashes_is_rolled_back_with_its_reason_and_last_lines(self):
        before = self.service.describe()["taskDefinition"]
        found, seconds = self.service.deploy(self.service.register("3", MODE="crash"))
        self.assertEqual("ROLLBACK_SUCCESSFUL", found["status"])
        self.assertLess(seconds, 12)
        self.assertEqual("TRIGGERED", found["deploymentCircuitBreaker"]["status"])
        self.assertGreaterEqual(found["deploymentCircuitBreaker"]["failureCount"], 3)
        self.assertEqual(before, self.service.describe()["taskDefinition"])
        crashed = [t for t in self.service.tasks("STOPPED") if t["stopCode"] == "EssentialContainerExited"]
        self.assertEqual({3}, {t["containers"][0]["exitCode"] for t in crashed})
        self.assertEqual({"Essential container in task exited"}, {t["stoppedReason"] for t in crashed})
        self.assertIn("ImproperlyConfigured: it is broken", self.service.log_lines(crashed[0]["taskArn"]))
        self.assertTrue(self.runs("2"))

    def test_40_a_version_that_never_answers_is_rolled_back_with_the_target_groups_reason(self):
        found, seconds = self.service.deploy(self.service.register("4", MODE="silent"))
        self.assertEqual("ROLLBACK_SUCCESSFUL", found["status"])
        self.assertLess(seconds, 25)
        reasons = {t["stoppedReason"] for t in self.service.tasks("STOPPED")}
        self.assertIn(f"Task failed ELB health checks in (target-group {self.service.group})", reasons)
        said = {t["containers"][0].get("reason") for t in self.service.tasks("STOPPED")}
        self.assertIn("nothing in the container listens, and port 8000 is asked", said)
        self.assertTrue(self.runs("2"))
        texts = [e["message"] for e in self.service.describe()["events"]]
        self.assertTrue(any("is unhealthy in (target-group" in t for t in texts), texts)

    def test_41_a_failing_container_health_check_is_acted_on(self):
        check = {"healthCheck": {"command": ["CMD", "false"], "interval": 5, "retries": 1, "startPeriod": 0}}
        found, _ = self.service.deploy(self.service.register("5", container=check))
        self.assertEqual("ROLLBACK_SUCCESSFUL", found["status"])
        reasons = {t["stoppedReason"] for t in self.service.tasks("STOPPED")}
        self.assertIn("Task failed container health checks", reasons)

    def test_50_a_missing_secret_and_a_missing_image_say_what_aws_says(self):
        missing = {"secrets": [{"name": "X", "valueFrom": self.service.parameter("NONE")}]}
        found, _ = self.service.deploy(self.service.register("6", container=missing))
        self.assertEqual("ROLLBACK_SUCCESSFUL", found["status"])
        self.assertRegex(self.start_failures(), "ResourceInitializationError: unable to pull secrets .*: /demo/NONE")
        unknown = self.service.uri.partition("@")[0] + "@sha256:" + "0" * 64
        found, _ = self.service.deploy(self.service.register("7", image=unknown))
        self.assertEqual("ROLLBACK_SUCCESSFUL", found["status"])
        self.assertIn("CannotPullContainerError: pull image manifest", self.start_failures())

    def test_60_a_deployment_in_progress_can_be_rolled_back_by_hand(self):
        self.service.ecs.update_service(
            cluster="demo", service="web", taskDefinition=self.service.register("8", MODE="silent")
        )
        arn = self.service.describe()["currentServiceDeployment"]
        self.service.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
        over = fixture.wait(lambda: self.service.deployment(arn)["status"] == "ROLLBACK_SUCCESSFUL", 30, "the roll-back")
        self.assertTrue(over)
        with self.assertRaisesRegex(Exception, "ConflictException"):
            self.service.ecs.stop_service_deployment(serviceDeploymentArn=arn)

    def test_70_scaling_in_and_out_is_no_deployment(self):
        before = self.service.describe()["currentServiceDeployment"]
        for count in (3, 2):
            self.service.ecs.update_service(cluster="demo", service="web", desiredCount=count)
            fixture.wait(
                lambda count=count: [s for _, s, _ in self.service.health()] == ["healthy"] * count, 20, f"{count} targets"
            )
        self.assertEqual(before, self.service.describe()["currentServiceDeployment"])

    def test_80_an_inactive_or_unknown_definition_is_refused(self):
        arn = self.service.register("9")
        self.service.ecs.deregister_task_definition(taskDefinition=arn)
        for reference, text in ((arn, "TaskDefinition is inactive"), ("demo:999", "TaskDefinition not found")):
            with self.assertRaisesRegex(Exception, text):
                self.service.ecs.update_service(cluster="demo", service="web", taskDefinition=reference)

    def test_81_an_immutable_tag_cannot_be_pushed_again_with_another_image(self):
        self.assertEqual(self.service.digest, fixture.push("demo", "v1"))
        engine = docker.from_env()
        engine.images.get(fixture.BASE).tag("slipway-test-app", "other")
        self.addCleanup(engine.images.remove, "slipway-test-app:other", noprune=True)
        image, fixture.IMAGE = fixture.IMAGE, "slipway-test-app:other"
        self.addCleanup(setattr, fixture, "IMAGE", image)
        with self.assertRaisesRegex(AssertionError, "cannot be overwritten because the repository is immutable"):
            fixture.push("demo", "v1")

    def test_82_service_tags_are_kept(self):
        arn = self.service.describe()["serviceArn"]
        self.service.ecs.tag_resource(resourceArn=arn, tags=[{"key": "slipway:rolled-back", "value": "a b"}])
        listed = self.service.ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        self.assertEqual([{"key": "slipway:rolled-back", "value": "a b"}], listed)


class KillMinusNine(unittest.TestCase):
    """Has a local AWS of its own, which is killed during a deployment and must continue it."""

    def test_a_deployment_goes_on_after_kill_minus_nine_and_nothing_is_orphaned(self):
        fixture.image()
        with tempfile.TemporaryDirectory() as folder:
            aws = fixture.LocalAws(Path(folder))
            before = aws.start()
            self.addCleanup(lambda: aws.process.poll() is None and aws.stop())
            service = fixture.Service("killed")
            service.deploy(service.register("1"))
            arn = service.register("2", START_SECONDS="4")
            service.ecs.update_service(cluster="killed", service="web", taskDefinition=arn)
            deployment = service.describe()["currentServiceDeployment"]
            time.sleep(1.5)
            aws.stop(signal.SIGKILL)
            after = aws.start()
            self.assertEqual((before["incarnation"], 1), (after["incarnation"], after["boot"]))
            fixture.wait(lambda: service.deployment(deployment)["status"] == "SUCCESSFUL", 30, "the deployment to go on")
            self.assertIn("REV=2", service.get()[1])
            running = docker.from_env().containers.list(filters={"label": f"slipway={after['incarnation']}"})
            ids = {t["taskArn"].rsplit("/", 1)[-1][:12] for t in service.tasks()}
            self.assertEqual(ids, {c.name.split("-")[1] for c in running})
            aws.stop()
            left = subprocess.run(
                ["docker", "ps", "-aq", "--filter", f"label=slipway={after['incarnation']}"], capture_output=True, text=True
            )
            self.assertEqual("", left.stdout)
            again = aws.start()
            self.assertEqual((after["incarnation"], 1), (again["incarnation"], again["boot"]))
            fixture.wait(lambda: "REV=2" in service.get()[1], 20, "the service to be back")
            aws.stop()


if __name__ == "__main__":
    unittest.main()
