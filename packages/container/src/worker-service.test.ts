import { Network } from "@slipway/network";
import { synth } from "@slipway/testing";
import { Cluster } from "./cluster.ts";
import type { Container } from "./container-definition.ts";
import { WorkerService } from "./worker-service.ts";

const image = { repositoryArn: "arn:aws:ecr:eu-west-1:1:repository/shop", repositoryUrl: "shop" };

function worker(container: Partial<Container> = {}, executeCommand = false) {
  return synth((scope) => {
    const availabilityZones = ["eu-west-1a", "eu-west-1b"];
    const network = new Network(scope, "network", { name: "shop", availabilityZones, natGateways: "single" });
    new WorkerService(scope, "worker", {
      name: "shop-worker",
      network,
      cluster: new Cluster(scope, "cluster", { name: "shop" }),
      container: { name: "django", image, command: ["celery", "-A", "shop", "worker"], ...container },
      size: { cpu: 256, memory: 512, desiredCount: 1 },
      executeCommand,
    });
  });
}

const definition = (json: ReturnType<typeof worker>) =>
  JSON.parse(json.one("aws_ecs_task_definition").container_definitions)[0];

test("it has no load balancer, and nothing that only one gives a meaning", () => {
  const json = worker();
  const service = json.one("aws_ecs_service");
  expect(service).not.toHaveProperty("load_balancer");
  expect(service).not.toHaveProperty("health_check_grace_period_seconds");
  expect(json.all("aws_lb_target_group")).toEqual([]);
  expect(json.all("aws_lb_listener_rule")).toEqual([]);
  expect(definition(json)).not.toHaveProperty("portMappings");
  expect(definition(json)).not.toHaveProperty("healthCheck");
});

test("it is deployed and rolled back as a web service is", () => {
  expect(worker().one("aws_ecs_service")).toMatchObject({
    name: "shop-worker",
    desired_count: 0,
    deployment_minimum_healthy_percent: 100,
    deployment_maximum_percent: 200,
    deployment_circuit_breaker: { enable: true, rollback: true },
    lifecycle: { ignore_changes: ["task_definition", "desired_count"] },
  });
  expect(worker().one("aws_ecs_task_definition")).toMatchObject({ family: "shop-worker", skip_destroy: true });
  expect(definition(worker())).toMatchObject({ image: "shop:template", command: ["celery", "-A", "shop", "worker"] });
});

test("nothing connects to it, and it connects to anything", () => {
  const json = worker();
  expect(json.all("aws_vpc_security_group_ingress_rule")).toEqual([]);
  const group = json.at("aws_vpc_security_group_egress_rule", "worker_security-group_to-anywhere");
  expect(group.cidr_ipv4).toBe("0.0.0.0/0");
  expect(json.one("aws_ecs_service").network_configuration.security_groups).toEqual([
    expect.stringContaining("worker_security-group"),
  ]);
});

test("a finishing job has the time it is given", () => {
  expect(definition(worker()).stopTimeout).toBe(45);
  expect(definition(worker({ stopTimeoutSeconds: 120 })).stopTimeout).toBe(120);
});

test("what is wrong with its container is refused as for a web service", () => {
  expect(() => worker({ name: "a b" })).toThrow("container.name (a b) must be letters, digits, - and _; rename it.");
  expect(() => worker({}, true)).toThrow("executeCommand (true) must not be set with a read-only root file system");
  expect(worker({ readonlyRootFilesystem: false }, true).one("aws_ecs_service").enable_execute_command).toBe(true);
});
