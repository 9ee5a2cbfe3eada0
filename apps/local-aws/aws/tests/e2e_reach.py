"""Tasks in subnets without a way out, with containers: python -m unittest aws.tests.e2e_reach (half a minute; docker, a Python image)."""
import json
import signal
import socket
import struct
import tempfile
import unittest
from pathlib import Path

import docker

from . import fixture

# Says how a TCP connection to an address ends.
CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()
    print("open")
except ConnectionRefusedError:
    print("refused")
except OSError as error:
    print("timed out" if isinstance(error, TimeoutError) else "unreachable")
"""
# What the app itself would do: ask the address that its task was given.
GATEWAY = "import os, urllib.request as r; print(r.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_slipway/health', timeout=5).read().decode())"


def outside():
    """(address, port) of hosts that are not this one: its name servers and its router."""
    lines = Path("/etc/resolv.conf").read_text().splitlines()
    servers = [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]
    routes = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    routers = [socket.inet_ntoa(struct.pack("<L", int(route[2], 16))) for route in routes if route[1] == "00000000"]
    found = [each for each in (*servers, *routers) if ":" not in each and not each.startswith("127.")]
    return [(each, 53) for each in dict.fromkeys(found)]


class Network:
    """A VPC with a private subnet that has no way out, a group for tasks and one for endpoints."""

    def __init__(self):
        self.ec2 = ec2 = fixture.client("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        zone = f"{fixture.REGION}a"
        self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.64.0/21", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        self.table = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=self.table, SubnetId=self.subnet)
        self.tasks, self.door = (self._group(name) for name in ("tasks", "endpoints"))
        self._endpoint("s3", "Gateway", RouteTableIds=[self.table])

    def _group(self, name):
        return self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]

    def _endpoint(self, service, kind, **more):
        name = f"com.amazonaws.{fixture.REGION}.{service}"
        self.ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=name, VpcEndpointType=kind, **more)

    def add_endpoints(self):
        peer = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.64.0/21"}]}
        self.ec2.authorize_security_group_ingress(GroupId=self.door, IpPermissions=[peer])
        for service in ("ecr.api", "ecr.dkr", "logs", "ssm"):
            given = {"SubnetIds": [self.subnet], "SecurityGroupIds": [self.door], "PrivateDnsEnabled": True}
            self._endpoint(service, "Interface", **given)


class Reach(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        fixture.image()
        cls.engine = docker.from_env()
        cls.folder = tempfile.TemporaryDirectory()
        cls.aws = fixture.LocalAws(Path(cls.folder.name))
        cls.addClassCleanup(cls.folder.cleanup)
        cls.health = cls.aws.start()
        cls.addClassCleanup(lambda: cls.aws.process.poll() is None and cls.aws.stop())
        cls.network = Network()
        cls.service = fixture.Service("cut", subnets=[cls.network.subnet], securityGroups=[cls.network.tasks])
        cls.definition = cls.service.register("1")

    def container(self):
        [found] = self.engine.containers.list(filters={"label": f"slipway={self.health['incarnation']}"})
        return found

    def ask(self, code, *arguments):
        return self.container().exec_run(["python3", "-c", code, *map(str, arguments)]).output.decode().strip()

    def networks(self):
        return self.engine.networks.list(filters={"label": f"slipway={self.health['incarnation']}"})

    def test_10_without_endpoints_no_task_starts_and_aws_says_why(self):
        found, _ = self.service.deploy(self.definition, 1)
        # It goes back to a service without tasks, whose template does not start either.
        self.assertEqual("ROLLBACK_FAILED", found["status"])
        [reason] = {task["stoppedReason"] for task in self.service.tasks("STOPPED") if task["stopCode"] == "TaskFailedToStart"}
        self.assertRegex(reason, "^ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull ")
        missing = f"no way from {self.network.subnet} to ecr.api, ssm, ecr.dkr, logs: no endpoint, no NAT gateway in the routes of "
        self.assertIn(missing + self.network.table, reason)
        events = [event["message"] for event in self.service.describe()["events"]]
        self.assertTrue(any(missing in event for event in events), events)
        self.assertEqual([], self.networks())

    def test_20_with_them_the_same_image_starts_and_is_reached(self):
        self.network.add_endpoints()
        found, _ = self.service.deploy(self.definition, 1, forceNewDeployment=True)
        self.assertEqual("SUCCESSFUL", found["status"])
        self.assertEqual(200, self.service.get()[0])
        self.assertIn("REV=1 SECRET_KEY=s3cret", self.service.get()[1])

    def test_30_from_inside_the_internet_is_not_reached_and_the_gateway_is(self):
        [network] = self.networks()
        self.assertTrue(network.attrs["Internal"])
        self.assertEqual(self.health["incarnation"], json.loads(self.ask(GATEWAY))["incarnation"])
        for address in outside():
            self.assertIn(self.ask(CONNECT, *address), ("timed out", "unreachable"), address)

    def test_31_a_container_that_is_not_cut_off_reaches_it(self):
        command = ["python3", "-c", CONNECT]
        found = {
            self.engine.containers.run(fixture.IMAGE, [*command, host, str(port)], remove=True).decode().strip()
            for host, port in outside()
        }
        if not found & {"open", "refused"}:
            self.skipTest(f"none of {outside()} answers any container of this host")

    def test_32_after_kill_minus_nine_the_next_task_is_cut_off_too(self):
        before = self.container().id
        self.aws.stop(signal.SIGKILL)
        self.aws.start()
        fixture.wait(lambda: self.service.get()[0] == 200, 30, "the service to be back")
        self.assertNotEqual(before, self.container().id)
        self.assertEqual(self.health["incarnation"], json.loads(self.ask(GATEWAY))["incarnation"])
        self.assertEqual([True], [network.attrs["Internal"] for network in self.networks()])

    def test_40_a_stop_leaves_no_network(self):
        self.aws.stop()
        self.assertEqual([], self.networks())
        self.assertNotIn(" ERROR ", self.aws.output())


if __name__ == "__main__":
    unittest.main()
