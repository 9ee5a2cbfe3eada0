"""A local AWS of its own, with a small service behind a load balancer, for the end-to-end test."""
import collections
import http.client
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from pathlib import Path

import botocore.session
import docker

from .. import timing

PORT = int(os.environ.get("SLIPWAY_TEST_PORT", "4629"))
REGION, ACCOUNT = "eu-north-1", "111122223333"
IMAGE = "slipway-test-app:1"
BASE = os.environ.get("SLIPWAY_TEST_IMAGE", "python:3.12-slim")
PACKAGES = Path(__file__).resolve().parents[2]


class LocalAws:
    def __init__(self, folder, **environment):
        self.folder, self.environment, self.process = folder, environment, None

    def start(self):
        self.log = open(self.folder / "aws.log", "ab")
        environment = {
            **os.environ,
            "PYTHONPATH": str(PACKAGES),
            "GATEWAY_PORT": str(PORT),
            "MINISTACK_REGION": "us-east-1",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            **self.environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aws"], env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        return wait(self.health, 20, "the local AWS to answer")

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_slipway/health", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return None

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(20)
        self.log.close()

    def output(self):
        return (self.folder / "aws.log").read_text()


def client(service, account=ACCOUNT, region=REGION):
    return botocore.session.get_session().create_client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{PORT}",
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )


def wait(check, seconds, what, every=0.1):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s for {what}")


def image():
    """Builds the app on a Python image. VOLUME makes /tmp writable for a user that is not root."""
    engine = docker.from_env()
    dockerfile = f"""FROM {BASE}
COPY app.py /app.py
RUN mkdir -p /other
VOLUME /tmp
USER 10001
HEALTHCHECK CMD ["false"]
CMD ["python3", "-u", "/app.py"]
"""
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        for name, content in (("Dockerfile", dockerfile), ("app.py", (Path(__file__).parent / "app.py").read_text())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()))
    context.seek(0)
    engine.images.build(fileobj=context, custom_context=True, tag=IMAGE, rm=True)
    return engine.images.get(IMAGE)


def push(repository, tag, account=ACCOUNT, region=REGION):
    """Pushes as the action does: log in to the token's endpoint, push, and read the digest from ECR."""
    import base64

    ecr = client("ecr", account, region)
    given = ecr.get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(given["authorizationToken"]).decode().partition(":")
    host = given["proxyEndpoint"].partition("://")[2]
    engine = docker.from_env()
    engine.images.get(IMAGE).tag(f"{host}/{repository}", tag)
    try:
        lines = engine.api.push(
            f"{host}/{repository}", tag, stream=True, decode=True, auth_config={"username": user, "password": password}
        )
        errors = [line["error"] for line in lines if "error" in line]
        if errors:
            raise AssertionError(errors[0])
    finally:
        engine.images.remove(f"{host}/{repository}:{tag}", noprune=True)
    found = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    return found["imageDetails"][0]["imageDigest"]


class Service:
    """Cluster, load balancer, target group, template task definition and a service of 0 tasks on it."""

    def __init__(self, name="demo", desired=0, **network):
        self.network = {"subnets": ["subnet-1"], **network}
        self.name, self.ecs, self.elb = name, client("ecs"), client("elbv2")
        self.logs, self.ecr = client("logs"), client("ecr")
        self.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
        self.digest = push(name, "v1")
        self.uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}@{self.digest}"
        self.logs.create_log_group(logGroupName=f"/ecs/{name}")
        client("ssm").put_parameter(Name=f"/{name}/SECRET_KEY", Value="s3cret", Type="SecureString")
        s3 = client("s3")
        s3.create_bucket(Bucket=f"{name}-files", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=f"{name}-files", Key="web.env", Body=b"# a comment\nFROM_FILE=yes\nREV=file\n")
        self._balancer()
        self.ecs.create_cluster(clusterName=name)
        self.template = self.register()
        self._create(desired)

    def _balancer(self):
        made = self.elb.create_load_balancer(Name=self.name, Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
        self.dns = made["DNSName"]
        self.group = self.elb.create_target_group(
            Name=self.name,
            Protocol="HTTP",
            Port=8000,
            VpcId="vpc-1",
            TargetType="ip",
            HealthCheckPath="/healthz",
            HealthCheckIntervalSeconds=10,
            HealthCheckTimeoutSeconds=5,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=3,
        )["TargetGroups"][0]["TargetGroupArn"]
        attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}
        self.elb.modify_target_group_attributes(TargetGroupArn=self.group, Attributes=[attribute])
        missing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "Not found"}}
        listener = self.elb.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[missing]
        )["Listeners"][0]["ListenerArn"]
        self.elb.create_rule(
            ListenerArn=listener,
            Priority=10,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )

    def register(self, rev="template", image=None, container=None, **environment):
        options = {"awslogs-group": f"/ecs/{self.name}", "awslogs-region": REGION, "awslogs-stream-prefix": "web"}
        definition = {
            "name": "app",
            "image": image or (self.uri if rev != "template" else self.uri.partition("@")[0] + ":template"),
            "essential": True,
            "readonlyRootFilesystem": True,
            "stopTimeout": 20,
            "portMappings": [{"containerPort": 8000}],
            "mountPoints": [
                {"sourceVolume": "tmp", "containerPath": "/tmp"},
                {"sourceVolume": "other", "containerPath": "/other"},
            ],
            "environment": [{"name": n, "value": v} for n, v in {"REV": rev, **environment}.items()],
            "environmentFiles": [{"type": "s3", "value": f"arn:aws:s3:::{self.name}-files/web.env"}],
            "secrets": [{"name": "SECRET_KEY", "valueFrom": self.parameter("SECRET_KEY")}],
            "logConfiguration": {"logDriver": "awslogs", "options": options},
            **(container or {}),
        }
        return self.ecs.register_task_definition(
            family=self.name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            volumes=[{"name": "tmp"}, {"name": "other"}],
            containerDefinitions=[definition],
        )["taskDefinition"]["taskDefinitionArn"]

    def parameter(self, name):
        return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{self.name}/{name}"

    def _create(self, desired):
        self.ecs.create_service(
            cluster=self.name,
            serviceName="web",
            taskDefinition=self.template,
            desiredCount=desired,
            launchType="FARGATE",
            healthCheckGracePeriodSeconds=60,
            deploymentConfiguration={
                "maximumPercent": 200,
                "minimumHealthyPercent": 100,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
            networkConfiguration={"awsvpcConfiguration": self.network},
            loadBalancers=[{"targetGroupArn": self.group, "containerName": "app", "containerPort": 8000}],
        )

    def deploy(self, definition, count=2, **more):
        """The service deployment once it is over, and how long it took (scaled to an idle host)."""
        start = time.monotonic()
        answer = self.ecs.update_service(
            cluster=self.name, service="web", taskDefinition=definition, desiredCount=count, **more
        )["service"]
        arn = answer["currentServiceDeployment"]
        over = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
        found = wait(lambda: (d := self.deployment(arn))["status"] in over and d, 180, "the deployment's end", 0.2)
        return found, (time.monotonic() - start) / timing.busy()

    def deployment(self, arn):
        return self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]

    def describe(self):
        return self.ecs.describe_services(cluster=self.name, services=["web"])["services"][0]

    def tasks(self, status="RUNNING"):
        arns = self.ecs.list_tasks(cluster=self.name, serviceName="web", desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []

    def health(self):
        found = self.elb.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return [(t["Target"]["Id"], t["TargetHealth"]["State"], t["TargetHealth"].get("Reason", "")) for t in found]

    def get(self, path="/", host=None, timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=timeout)
        connection.request("GET", path, headers={"Host": host or self.dns})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def log_lines(self, task_arn):
        stream = f"web/app/{task_arn.rsplit('/', 1)[-1]}"
        found = self.logs.get_log_events(logGroupName=f"/ecs/{self.name}", logStreamName=stream, startFromHead=True)
        return [e["message"] for e in found["events"]]


class AppProbe(threading.Thread):
    """Sends requests through the load balancer at a steady rate, each in its own thread."""

    def __init__(self, service, rate=25):
        super().__init__(daemon=True)
        self.service, self.rate, self.over = service, rate, threading.Event()
        self.answers, self.failed = collections.Counter(), []

    def run(self):
        due = time.monotonic()
        while not self.over.is_set():
            threading.Thread(target=self._request, daemon=True).start()
            due += 1 / self.rate
            time.sleep(max(0, due - time.monotonic()))

    def _request(self):
        try:
            status, body = self.service.get("/probe")
            self.answers[body.split()[0] if status == 200 else status] += 1
            if status != 200:
                self.failed.append((time.time(), status, body[:80]))
        except (OSError, http.client.HTTPException) as error:
            self.failed.append((time.time(), repr(error)))

    def stop(self):
        self.over.set()
        self.join()
        time.sleep(1)
        return sum(self.answers.values()) + len([f for f in self.failed if len(f) == 2])
