import { environment, environmentKeys } from "../environments.ts";
import { stacksOf } from "../testing/stacks-of.ts";

const here = environment("local");
const own = environment("staging");
const owner = environment("production");
const local = stacksOf(here);
const staging = stacksOf(own);

test("each stack can touch one account, with one version of the provider", () => {
  for (const [name, { json }] of Object.entries(local)) {
    expect(json.terraform.required_version).toBe(">= 1.10.0");
    expect(json.terraform.required_providers).toEqual({ aws: { source: "hashicorp/aws", version: "5.100.0" } });
    // The certificate of static files is of the region in which CloudFront looks for it.
    const regions = name === "certificates" ? [here.region, "us-east-1"] : [here.region];
    expect(json.provider.aws).toEqual(
      regions.map((region) => expect.objectContaining({ allowed_account_ids: ["000000000000"], region })),
    );
  }
});

test("everything is tagged with where it belongs", () => {
  expect(local.network?.json.provider.aws[0].default_tags).toEqual([
    {
      tags: {
        Project: here.project,
        Environment: here.name,
        Stack: "network",
        ManagedBy: "slipway",
      },
    },
  ]);
});

test("the stacks have the outputs that commands and actions read", () => {
  const outputs = (stack: string) =>
    Object.keys(local[stack]?.json.output).filter((name) => !name.startsWith("cross-stack-output-"));
  expect(outputs("registry").sort()).toEqual(["registry_id", "repository_arn", "repository_name", "repository_url"]);
  expect(outputs("network").sort()).toEqual(["nat_public_ips", "private_subnet_ids", "public_subnet_ids", "vpc_id"]);
  expect(outputs("service").sort()).toEqual(["cluster_name", "load_balancer_dns_name", "services", "url"]);
});

test("a service's output says all that a deployment needs", () => {
  expect(local.service?.output("services")).toEqual({
    web: {
      cluster: expect.stringContaining("aws_ecs_cluster"),
      service: expect.stringContaining("aws_ecs_service"),
      container_name: "django_test",
      container_port: 8000,
      template_task_definition: expect.stringMatching(/^\$\{aws_ecs_task_definition\.\w+\.arn\}$/),
      task_definition_family: expect.stringContaining("family"),
      desired_count: 2,
      health_check_path: "/healthz",
      target_group_arn: expect.stringContaining("aws_lb_target_group"),
      host: "this-is-project.localhost",
      log_group: expect.stringContaining("aws_cloudwatch_log_group"),
      task_role_arn: expect.stringContaining("task_"),
      execution_role_arn: expect.stringContaining("execution_"),
    },
  });
});

test("a service that names a command to migrate with hands it to its deployments; it changes nothing else", () => {
  const found = environment("local");
  const web = found.services.web;
  if (web === undefined) throw new Error("no service web");
  const migrateCommand = ["python", "manage.py", "migrate", "--noinput"];
  const stacks = stacksOf({ ...found, services: { web: { ...web, migrateCommand } } });
  expect(stacks.service?.output("services")).toMatchObject({ web: { migrate_command: migrateCommand } });
  expect(stacks.service?.json.resource).toEqual(local.service?.json.resource);
});

describe("a service without port", () => {
  const found = environment("local");
  const { web } = found.services;
  const { port: _port, healthCheckPath: _path, versionPath: _version, ...common } = web ?? {};
  const worker = { ...common, command: ["celery", "worker"] };
  const stacks = stacksOf({ ...found, services: { web, worker } } as typeof found);

  test("has all that a deployment needs, and nothing of a load balancer", () => {
    expect(stacks.service?.output("services")).toHaveProperty("worker", {
      cluster: expect.stringContaining("aws_ecs_cluster"),
      service: expect.stringContaining("worker_service"),
      container_name: "django_test",
      template_task_definition: expect.stringMatching(/^\$\{aws_ecs_task_definition\.worker_\w+\.arn\}$/),
      task_definition_family: expect.stringContaining("worker"),
      desired_count: 2,
      log_group: expect.stringContaining("worker"),
      task_role_arn: expect.stringContaining("worker"),
      execution_role_arn: expect.stringContaining("worker"),
    });
    expect(stacks.service?.all("aws_lb_target_group")).toHaveLength(1);
  });

  test("changes nothing of the others", () => {
    const others = (json: typeof local) =>
      Object.entries(json.service?.json.resource as Record<string, object>).flatMap(([type, resources]) =>
        Object.entries(resources).flatMap(([id, value]) => (id.startsWith("worker_") ? [] : [[type, id, value]])),
      );
    expect(others(stacks)).toEqual(others(local));
  });
});

test("what a service says of its tasks, targets and rule comes to them", () => {
  const found = environment("staging");
  const web = {
    ...found.services.web,
    shell: true,
    readonlyRootFilesystem: false,
    hosts: ["*.example.com", "shop.example.com"],
    logRetentionDays: 90,
    stopTimeoutSeconds: 120,
    healthCheckGraceSeconds: 0,
    deregistrationDelaySeconds: 0,
  };
  const { service, access } = stacksOf({ ...found, services: { web } } as typeof found);
  expect(service?.one("aws_ecs_service")).toMatchObject({
    enable_execute_command: true,
    health_check_grace_period_seconds: 0,
  });
  expect(service?.at("aws_iam_role_policy", "web_task_roles_execute-command").policy).toContain("ssmmessages:");
  expect(service?.one("aws_cloudwatch_log_group").retention_in_days).toBe(90);
  expect(service?.one("aws_lb_target_group").deregistration_delay).toBe("0");
  const [container] = JSON.parse(service?.one("aws_ecs_task_definition").container_definitions);
  expect(container).toMatchObject({ stopTimeout: 120, linuxParameters: { initProcessEnabled: true } });
  expect(service?.one("aws_lb_listener_rule").condition[1]).toEqual({ host_header: { values: web.hosts } });
  // A deployment asks by a name that the rule matches.
  expect(service?.output("services")).toMatchObject({ web: { host: "shop.example.com" } });
  // The role that deploys may update a service whose tasks have a shell, and no other with one.
  const policies = access?.all("aws_iam_role_policy").map(({ policy }) => String(policy)) ?? [];
  expect(policies.filter((policy) => policy.includes('"UpdateWithShell"'))).toHaveLength(1);
  expect(JSON.stringify(staging.access)).not.toContain("UpdateWithShell");
});

test("local state is found from the folder of every stack, other state is in a locked bucket", () => {
  expect(local.network?.json.terraform.backend).toEqual({ local: { path: "../../state/network.tfstate" } });
  const read = local.service?.json.data.terraform_remote_state["cross-stack-reference-input-network"];
  expect(read.config).toEqual({ path: "../../state/network.tfstate" });
  const backend = {
    bucket: own.stateBucket,
    key: "staging/network.tfstate",
    region: own.region,
    encrypt: true,
    use_lockfile: true,
  };
  expect(staging.network?.json.terraform.backend).toEqual({ s3: backend });
  expect(staging.service?.json.data.terraform_remote_state["cross-stack-reference-input-network"].config).toEqual(
    backend,
  );
});

test("the stack of the states is there where states are in a bucket, keeps its own state in it, and cannot be destroyed", () => {
  expect(Object.keys(local)).not.toContain("state");
  expect(staging.state?.json.terraform.backend.s3).toMatchObject({
    bucket: own.stateBucket,
    key: "staging/state.tfstate",
  });
  expect(staging.state?.one("aws_s3_bucket")).toMatchObject({
    bucket: own.stateBucket,
    lifecycle: { prevent_destroy: true },
  });
  expect(Object.keys(staging.state?.json.output).sort()).toEqual(["applied_by", "bucket", "promise_prefix"]);
});

test("no stack names a folder of this machine", () => {
  for (const key of environmentKeys) {
    expect(JSON.stringify(stacksOf(environment(key)))).not.toMatch(/"[^"]*\/(?:home|root|work|tmp|Users)\/[^"]*"/);
  }
});

test("staging runs the images of production's registry, and that registry lets it", () => {
  expect(Object.keys(staging)).toEqual(["access", "network", "service", "state"]);
  const url = `${owner.account}.dkr.ecr.${owner.region}.amazonaws.com/${owner.name}`;
  const [container] = JSON.parse(staging.service?.one("aws_ecs_task_definition").container_definitions);
  expect(container.image).toBe(`${url}:template`);
  const execution = staging.service?.at("aws_iam_role_policy", "web_task_roles_execution-policy").policy;
  expect(execution).toContain(`"arn:aws:ecr:${owner.region}:${owner.account}:repository/${owner.name}"`);
  const policy = stacksOf(owner).registry?.one("aws_ecr_repository_policy").policy;
  expect(policy).toContain(`arn:aws:iam::${own.account}:root`);
});

test("a secret is a name, and its ARN is of the environment's account and region", () => {
  const [container] = JSON.parse(staging.service?.one("aws_ecs_task_definition").container_definitions);
  expect(container.secrets).toEqual([
    {
      name: "SECRET_KEY",
      valueFrom: `arn:aws:ssm:${own.region}:${own.account}:parameter/${own.name}/web/SECRET_KEY`,
    },
  ]);
});

test("the app answers to the load balancer's name, and to its own where it has one", () => {
  const hosts = (stacks: typeof local) =>
    JSON.parse(stacks.service?.one("aws_ecs_task_definition").container_definitions)[0].environment[0].value;
  expect(hosts(staging)).toMatch(/^\$\{aws_lb\.[\w-]+\.dns_name\}$/);
  expect(hosts(local)).toMatch(/^\$\{aws_lb\.[\w-]+\.dns_name\},this-is-project\.localhost$/);
});

test("another project takes the place of ours in local, with its own names", () => {
  const overlay = {
    project: "blog",
    services: {
      web: {
        containerName: "app",
        port: 9000,
        healthCheckPath: "/up",
        command: ["run", "{load-balancer}"],
        environment: { HOSTS: "{load-balancer}" },
        secrets: { KEY: "/blog-local/web/KEY" },
      },
    },
  };
  const stacks = stacksOf(environment("local", JSON.stringify(overlay)));
  expect(stacks.service?.one("aws_lb").name).toBe("blog-local-lb");
  expect(stacks.registry?.one("aws_ecr_repository").name).toBe("blog-local");
  const [container] = JSON.parse(stacks.service?.one("aws_ecs_task_definition").container_definitions);
  expect(container).toMatchObject({
    name: "app",
    command: ["run", "{load-balancer}"],
    portMappings: [{ containerPort: 9000 }],
    environment: [{ name: "HOSTS", value: expect.stringContaining("dns_name") }],
    secrets: [{ name: "KEY" }],
    readonlyRootFilesystem: false,
  });
  expect(JSON.stringify(stacks)).not.toContain(here.project);
});
