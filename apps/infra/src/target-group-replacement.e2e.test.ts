import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, ImageRepository, WebService } from "@slipway/container";
import { LoadBalancer, Network } from "@slipway/network";
import { App } from "cdktf";
import { environment } from "./environments.ts";
import { BaseStack } from "./stacks/base-stack.ts";
import { terraform } from "./testing/terraform.ts";

// The local AWS is found by AWS_ENDPOINT_URL.
jest.setTimeout(400_000);

const home = mkdtempSync(join(tmpdir(), "replacement-"));
const folder = join(home, "stacks", "all");
mkdirSync(folder, { recursive: true });
const name = `swap-${process.pid}`;
const awkward = 'a "quoted" ${word}, a %{percent} and a back\\slash';

afterAll(() => {
  terraform(folder, ["destroy", "-auto-approve", "-no-color"]);
  rmSync(home, { recursive: true });
});

/** One stack of everything behind a load balancer, with the app on a port. */
function write(port: number): void {
  const stack = new BaseStack(new App({ outdir: home, stackTraces: false }), "all", environment("local"));
  const availabilityZones = ["ap-northeast-2a", "ap-northeast-2b"];
  const network = new Network(stack, "network", { name, availabilityZones, natGateways: "none", protection: "none" });
  const loadBalancer = new LoadBalancer(stack, "load-balancer", { name, network, protection: "none" });
  const image = new ImageRepository(stack, "images", { name, protection: "none" });
  new WebService(stack, "web", {
    name: `${name}-web`,
    network,
    cluster: new Cluster(stack, "cluster", { name }),
    container: { name: "app", image, port, environment: { AWKWARD: awkward } },
    size: { cpu: 256, memory: 512, desiredCount: 1 },
    route: { loadBalancer, priority: 100 },
  });
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack.toTerraform()));
}

function apply() {
  const { status, output } = terraform(folder, ["apply", "-auto-approve", "-input=false", "-no-color"]);
  if (status !== 0) throw new Error(output);
  return output;
}

function resource(type: string) {
  const { output } = terraform(folder, ["show", "-json"]);
  const found = JSON.parse(output).values.root_module.resources.filter((each: { type: string }) => each.type === type);
  return found.map((each: { values: unknown }) => each.values);
}

test("a target group is replaced under a live listener: the new one first, then the rule, then the old one goes", () => {
  write(8000);
  expect(terraform(folder, ["init", "-input=false", "-no-color"])).toMatchObject({ status: 0 });
  apply();
  const [before] = resource("aws_lb_target_group");
  expect(terraform(folder, ["plan", "-detailed-exitcode", "-no-color"])).toMatchObject({ status: 0 });

  write(8001);
  const output = apply();
  const at = (line: RegExp) => output.search(line);
  expect(at(/aws_lb_target_group\.\S+: Creation complete/)).toBeGreaterThan(0);
  expect(at(/aws_lb_listener_rule\.\S+: Modifications complete/)).toBeGreaterThan(
    at(/aws_lb_target_group\.\S+: Creation complete/),
  );
  expect(at(/aws_lb_target_group\.\S+.*: Destruction complete/)).toBeGreaterThan(
    at(/aws_lb_listener_rule\.\S+: Modifications complete/),
  );
  const [after] = resource("aws_lb_target_group");
  expect(after).toMatchObject({ port: 8001 });
  expect(after.name).not.toBe(before.name);
  expect(resource("aws_lb_listener_rule")[0].action[0].target_group_arn).toBe(after.arn);
  expect(terraform(folder, ["plan", "-detailed-exitcode", "-no-color"])).toMatchObject({ status: 0 });
});

test("a value with quotes, backslashes and what looks like an expression reaches the container unchanged", () => {
  const [{ container_definitions }] = resource("aws_ecs_task_definition");
  expect(JSON.parse(container_definitions)[0].environment).toEqual([{ name: "AWKWARD", value: awkward }]);
});
