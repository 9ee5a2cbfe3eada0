import { LoadBalancer, Network, type NetworkProps } from "@slipway/network";
import { synth } from "@slipway/testing";
import { Cluster } from "./cluster.ts";
import type { WebContainer } from "./container-definition.ts";
import { ImageRepository } from "./image-repository.ts";
import type { TaskSize } from "./task-template.ts";
import { WebService, type WebServiceProps } from "./web-service.ts";

const parameter = "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/web/SECRET_KEY";

interface Changes {
  readonly container?: Partial<WebContainer>;
  readonly size?: Partial<TaskSize>;
  readonly network?: Partial<NetworkProps>;
  readonly route?: Partial<WebServiceProps["route"]>;
  readonly service?: Partial<WebServiceProps>;
}

function service(changes: Changes = {}) {
  return synth((scope) => {
    const zones = ["eu-west-1a", "eu-west-1b"];
    const network = new Network(scope, "network", {
      name: "shop",
      availabilityZones: zones,
      natGateways: "single",
      ...changes.network,
    });
    const loadBalancer = new LoadBalancer(scope, "balancer", { name: "shop", network });
    const image = new ImageRepository(scope, "images", { name: "shop" });
    new WebService(scope, "web", {
      name: "shop-web",
      network,
      cluster: new Cluster(scope, "cluster", { name: "shop" }),
      container: { name: "django", image, port: 8000, healthCheckPath: "/healthz", ...changes.container },
      size: { cpu: 512, memory: 1024, desiredCount: 2, ...changes.size },
      route: { loadBalancer, priority: 100, ...changes.route },
      ...changes.service,
    });
  });
}

function definition(changes: Changes = {}) {
  return JSON.parse(service(changes).one("aws_ecs_task_definition").container_definitions)[0];
}

function statements(changes: Changes = {}) {
  const policy = service(changes).at("aws_iam_role_policy", "web_task_roles_execution-policy").policy;
  return JSON.parse(policy).Statement as { Sid: string; Action: string[]; Resource: unknown }[];
}

describe("who owns what", () => {
  test("the service is created without tasks, and Terraform never undoes what a deployment set", () => {
    expect(service().one("aws_ecs_service")).toMatchObject({
      desired_count: 0,
      task_definition: expect.stringMatching(/aws_ecs_task_definition\.web_task_definition_\w+\.arn/),
      lifecycle: { ignore_changes: ["task_definition", "desired_count"] },
    });
  });

  test("a replaced template stays ACTIVE, so that a rollback can use it", () => {
    expect(service().one("aws_ecs_task_definition")).toMatchObject({ family: "shop-web", skip_destroy: true });
  });

  test("the template's image is one that is never pulled", () => {
    expect(definition().image).toMatch(/^\$\{aws_ecr_repository\.\w+\.repository_url\}:template$/);
  });

  test("a wanted count of zero stays zero", () => {
    synth((scope) => {
      const availabilityZones = ["eu-west-1a", "eu-west-1b"];
      const network = new Network(scope, "network", { name: "shop", availabilityZones, natGateways: "single" });
      const loadBalancer = new LoadBalancer(scope, "balancer", { name: "shop", network });
      const image = { repositoryArn: "arn:aws:ecr:eu-west-1:1:repository/shop", repositoryUrl: "shop" };
      const web = new WebService(scope, "web", {
        name: "shop-web",
        network,
        cluster: new Cluster(scope, "cluster", { name: "shop" }),
        container: { name: "django", image, port: 8000 },
        size: { cpu: 256, memory: 512, desiredCount: 0 },
        route: { loadBalancer, priority: 1 },
      });
      expect(web.desiredCount).toBe(0);
    });
  });
});

describe("deployments", () => {
  test("a deployment keeps all old tasks until the new ones are healthy and is rolled back when they are not", () => {
    expect(service().one("aws_ecs_service")).toMatchObject({
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      deployment_circuit_breaker: { enable: true, rollback: true },
      health_check_grace_period_seconds: 60,
      propagate_tags: "SERVICE",
    });
  });

  test("the service waits for the rule that ties its target group to the load balancer", () => {
    expect(service().one("aws_ecs_service").depends_on).toEqual([
      expect.stringMatching(/^aws_lb_listener_rule\.web_route_http_/),
    ]);
  });

  test("a leaving task has its requests finished before SIGTERM, and time to end by itself after it", () => {
    expect(service().one("aws_lb_target_group").deregistration_delay).toBe("30");
    expect(definition().stopTimeout).toBe(45);
    expect(definition({ container: { stopTimeoutSeconds: 120 } }).stopTimeout).toBe(120);
  });

  test("patience and hosts are what the route says", () => {
    const json = service({
      route: { healthCheckGraceSeconds: 0, deregistrationDelaySeconds: 300, hosts: ["shop.example.com"] },
    });
    expect(json.one("aws_ecs_service").health_check_grace_period_seconds).toBe(0);
    expect(json.one("aws_lb_target_group").deregistration_delay).toBe("300");
    expect(json.one("aws_lb_listener_rule").condition).toEqual([
      { path_pattern: { values: ["/*"] } },
      { host_header: { values: ["shop.example.com"] } },
    ]);
  });

  test("stickiness and slow start are the target group's", () => {
    const json = service({ route: { stickiness: { cookieName: "sessionid" }, slowStartSeconds: 60 } });
    expect(json.one("aws_lb_target_group")).toMatchObject({
      slow_start: 60,
      stickiness: { enabled: true, type: "app_cookie", cookie_name: "sessionid" },
    });
  });

  test("both health checks ask the same path", () => {
    expect(service().one("aws_lb_target_group").health_check.path).toBe("/healthz");
    const { command, ...timing } = definition().healthCheck;
    expect(command.slice(0, 3)).toEqual(["CMD", "python", "-c"]);
    expect(command[3]).toContain("HTTPConnection('127.0.0.1', 8000");
    expect(command[3]).toContain('"/healthz"');
    expect(timing).toEqual({ interval: 10, timeout: 5, retries: 3, startPeriod: 30 });
  });
});

describe("the container", () => {
  test("environment and secrets are sorted, as ECS gives them back", () => {
    const { environment, secrets } = definition({
      container: { environment: { B: "2", A: "1", _C: "" }, secrets: { Z: parameter, Y: parameter } },
    });
    expect(environment.map(({ name }: { name: string }) => name)).toEqual(["A", "B", "_C"]);
    expect(secrets).toEqual([
      { name: "Y", valueFrom: parameter },
      { name: "Z", valueFrom: parameter },
    ]);
  });

  test("values and commands that look like expressions of Terraform are kept as they are", () => {
    const { command, environment } = definition({
      container: { command: ["sh", "-c", "echo ${HOME}"], environment: { TEMPLATE: "%{if}" } },
    });
    expect(command).toEqual(["sh", "-c", "echo $${HOME}"]);
    expect(environment).toEqual([{ name: "TEMPLATE", value: "%%{if}" }]);
  });

  test("without a command the image's own is run", () => {
    expect(definition()).not.toHaveProperty("command");
  });

  test("only /tmp can be written, on a volume of the task's own", () => {
    expect(definition()).toMatchObject({
      readonlyRootFilesystem: true,
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
    });
    expect(service().one("aws_ecs_task_definition").volume).toEqual([{ name: "tmp" }]);
  });

  test("a writable root keeps the image's own /tmp", () => {
    const changes = { container: { readonlyRootFilesystem: false } };
    expect(definition(changes)).not.toHaveProperty("mountPoints");
    expect(service(changes).one("aws_ecs_task_definition")).not.toHaveProperty("volume");
  });

  test("the log is kept for a month unless said otherwise", () => {
    const group = service().one("aws_cloudwatch_log_group");
    expect(group).toEqual({ name: "/ecs/shop-web", retention_in_days: 30 });
    expect(definition().logConfiguration.options).toMatchObject({ "awslogs-region": "eu-west-1" });
    expect(service({ service: { logRetentionDays: 365 } }).one("aws_cloudwatch_log_group").retention_in_days).toBe(365);
  });

  test("the image's architecture is the task's", () => {
    const platform = (size: Partial<TaskSize>) => service({ size }).one("aws_ecs_task_definition").runtime_platform;
    expect(platform({})).toEqual({ operating_system_family: "LINUX", cpu_architecture: "X86_64" });
    expect(platform({ architecture: "ARM64" }).cpu_architecture).toBe("ARM64");
  });
});

describe("rights", () => {
  test("the app's role and the one that starts it are two", () => {
    const { task_role_arn, execution_role_arn } = service().one("aws_ecs_task_definition");
    expect(task_role_arn).toContain("web_task_roles_task_");
    expect(execution_role_arn).toContain("web_task_roles_execution_");
  });

  test("both roles are made where, and within what, the service is given", () => {
    const boundary = "arn:aws:iam::111111111111:policy/shop-boundary";
    const json = service({ service: { roles: { path: "/shop/", permissionsBoundary: boundary } } });
    for (const role of json.all("aws_iam_role"))
      expect(role).toMatchObject({ path: "/shop/", permissions_boundary: boundary });
    for (const role of service().all("aws_iam_role")) expect(role.path).toBeUndefined();
  });

  test("only ECS of this account gets the app's role", () => {
    const role = service().at("aws_iam_role", "web_task_roles_task");
    const account = String.raw`\$\{element\(split\(":", aws_ecs_cluster\.\w+\.arn\), 4\)\}`;
    expect(role.assume_role_policy).toContain('"Principal":{"Service":"ecs-tasks.amazonaws.com"}');
    expect(role.assume_role_policy).toMatch(new RegExp(`"StringEquals":\\{"aws:SourceAccount":"${account}"`));
  });

  test("the starting role pulls one repository, writes one log and reads the named secrets", () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-AbCdEf";
    const secrets = { SECRET_KEY: parameter, USER: `${secret}:user::`, PASSWORD: `${secret}:password::` };
    const found = Object.fromEntries(statements({ container: { secrets } }).map((each) => [each.Sid, each]));
    expect(Object.keys(found)).toEqual(["Login", "Pull", "Log", "Parameters", "Secrets"]);
    expect(found.Pull?.Resource).toMatch(/^\$\{aws_ecr_repository\.\w+\.arn\}$/);
    expect(found.Log).toMatchObject({
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/),
    });
    expect(found.Parameters).toMatchObject({ Action: ["ssm:GetParameters"], Resource: [parameter] });
    expect(found.Secrets).toMatchObject({ Action: ["secretsmanager:GetSecretValue"], Resource: [secret] });
  });

  test("a service without secrets may read none", () => {
    expect(statements().map(({ Sid }) => Sid)).toEqual(["Login", "Pull", "Log"]);
  });

  test("a shell in a task is off, and brings its rights when it is on", () => {
    expect(service().one("aws_ecs_service").enable_execute_command).toBe(false);
    expect(definition()).not.toHaveProperty("linuxParameters");
    const changes = { container: { readonlyRootFilesystem: false }, service: { executeCommand: true } };
    const json = service(changes);
    expect(json.one("aws_ecs_service").enable_execute_command).toBe(true);
    expect(definition(changes).linuxParameters).toEqual({ initProcessEnabled: true });
    const policy = json.at("aws_iam_role_policy", "web_task_roles_execute-command");
    expect(policy.role).toContain("web_task_roles_task_");
    expect(policy.policy).toContain("ssmmessages:OpenDataChannel");
  });
});

describe("the network", () => {
  test("tasks live in private subnets and only the load balancer reaches their port", () => {
    const json = service();
    const { subnets, assign_public_ip } = json.one("aws_ecs_service").network_configuration;
    expect(assign_public_ip).toBe(false);
    expect(subnets).toEqual([expect.stringContaining("private"), expect.stringContaining("private")]);
    expect(
      json.at("aws_vpc_security_group_ingress_rule", "web_security-group_from-test-balancer-security-group-8000"),
    ).toMatchObject({
      referenced_security_group_id: expect.stringContaining("balancer_security-group"),
      from_port: 8000,
    });
    expect(json.all("aws_vpc_security_group_ingress_rule")).toHaveLength(2);
  });

  test("without NAT they stay there, and reach what they need by endpoints", () => {
    const behindNat = service({ network: { natGateways: "single" } }).one("aws_ecs_service");
    const json = service({ network: { natGateways: "none", endpoints: "fargate" } });
    expect(json.one("aws_ecs_service").network_configuration).toEqual(behindNat.network_configuration);
  });
});

describe("refused", () => {
  test.each<[Partial<NetworkProps>, Partial<WebServiceProps>, Partial<WebContainer>, string]>([
    [{}, {}, {}, "(none) must hold ecr.api, ecr.dkr, logs"],
    [{ endpoints: ["logs", "ecr.api", "sqs"] }, {}, {}, "(logs, ecr.api, sqs) must hold ecr.dkr"],
    [{ endpoints: "fargate" }, {}, { secrets: { A: parameter } }, "(ecr.api, ecr.dkr, logs) must hold ssm"],
    [
      { endpoints: "fargate" },
      { executeCommand: true },
      { readonlyRootFilesystem: false },
      "(ecr.api, ecr.dkr, logs) must hold ssmmessages",
    ],
  ])("a network %j without NAT that lacks an endpoint", (network, more, container, said) => {
    expect(() => service({ network: { natGateways: "none", ...network }, service: more, container })).toThrow(
      `network.endpoints ${said} for shop-web, since natGateways is "none"; name them, or set natGateways to "single".`,
    );
  });

  test.each<[string, Changes, string]>([
    [
      "a size Fargate does not sell",
      { size: { memory: 768 } },
      "size.memory (768) must be one of the sizes Fargate sells with cpu 512 (1024 to 4096); the nearest is 1024.",
    ],
    [
      "CPU units Fargate does not sell",
      { size: { cpu: 500 } },
      "size.cpu (500) must be one of 256, 512, 1024, 2048, 4096, 8192, 16384; 1024 is one vCPU.",
    ],
    [
      "a negative count",
      { size: { desiredCount: -1 } },
      "size.desiredCount (-1) must be a whole number from 0; 0 keeps the service stopped.",
    ],
    [
      "a container's name with a space",
      { container: { name: "a b" } },
      "container.name (a b) must be letters, digits, - and _; rename it.",
    ],
    [
      "a port out of range",
      { container: { port: 70_000 } },
      "container.port (70000) must be a whole number from 1 to 65535; give the port the app listens on.",
    ],
    [
      "a stop timeout Fargate does not have",
      { container: { stopTimeoutSeconds: 121 } },
      "container.stopTimeoutSeconds (121) must be 2 to 120 on Fargate; shorten it.",
    ],
    [
      "a shell whose agent could not write",
      { service: { executeCommand: true } },
      "executeCommand (true) must not be set with a read-only root file system, into which the agent of ECS Exec writes; set container.readonlyRootFilesystem to false.",
    ],
    [
      "a grace period that ECS does not have",
      { route: { healthCheckGraceSeconds: -1 } },
      "route.healthCheckGraceSeconds (-1) must be a whole number from 0 to 2147483647; leave it out for 60.",
    ],
    [
      "a variable's name with a hyphen",
      { container: { environment: { "A-B": "1" } } },
      "container.environment (A-B) must be named with letters, digits and _, no digit first; rename it.",
    ],
    [
      "a variable that is a secret too",
      { container: { environment: { KEY: "1" }, secrets: { KEY: parameter } } },
      "container.secrets (KEY) must not be in environment too; remove it there.",
    ],
    [
      "a retention CloudWatch does not know",
      { service: { logRetentionDays: 31 } },
      "logRetentionDays (31) must be one of 1, 3, 5, 7, 14, 30, 60",
    ],
    [
      "a name with other characters",
      { service: { name: "shop_web" } },
      "name (shop_web) must be letters, digits and single hyphens between them; rename it.",
    ],
  ])("%s", (_, changes, message) => {
    expect(() => service(changes)).toThrow(message);
  });
});
