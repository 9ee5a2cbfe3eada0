import { synth } from "@slipway/testing";
import { HostedZone } from "./edge/hosted-zone.ts";
import { ListenerRoute, type ListenerRouteProps } from "./listener-route.ts";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";
import { Network } from "./network.ts";
import { TargetGroup } from "./target-group.ts";

const certificate = { certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" };
const another = { certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/2" };

function balancer(props: Partial<LoadBalancerProps> = {}, route: Partial<ListenerRouteProps> = {}) {
  return synth((scope) => {
    const network = new Network(scope, "network", { name: "shop", availabilityZones: ["eu-west-1a", "eu-west-1b"] });
    const loadBalancer = new LoadBalancer(scope, "balancer", { name: "shop", network, ...props });
    const targetGroup = new TargetGroup(scope, "targets", { name: "shop-web", network, port: 8000 });
    new ListenerRoute(scope, "route", { loadBalancer, targetGroup, priority: 100, ...route });
  });
}

test("what no route asks for gets a 404", () => {
  expect(balancer().one("aws_lb_listener")).toMatchObject({
    port: 80,
    protocol: "HTTP",
    default_action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
  });
});

test("the load balancer is open on port 80 and drops broken headers", () => {
  const json = balancer();
  expect(json.one("aws_vpc_security_group_ingress_rule")).toMatchObject({
    cidr_ipv4: "0.0.0.0/0",
    from_port: 80,
    to_port: 80,
  });
  expect(json.one("aws_lb")).toMatchObject({ name: "shop-lb", internal: false, drop_invalid_header_fields: true });
  expect(json.one("aws_lb").subnets).toHaveLength(2);
});

test("a route forwards to its target group", () => {
  expect(balancer({}, { priority: 7, hosts: ["shop.example"] }).one("aws_lb_listener_rule")).toMatchObject({
    priority: 7,
    action: [{ type: "forward", target_group_arn: expect.stringContaining("targets_group") }],
    condition: [{ path_pattern: { values: ["/*"] } }, { host_header: { values: ["shop.example"] } }],
  });
});

test("a certificate adds to what is there: every address stays and nothing is replaced", () => {
  const http = balancer();
  const https = balancer({ certificate });
  expect(http.addresses.filter((address) => !https.addresses.includes(address))).toEqual([]);
  expect(https.addresses.length - http.addresses.length).toBe(3);
  for (const type of ["aws_lb", "aws_lb_target_group"]) expect(https.all(type)).toEqual(http.all(type));
  // Ports, protocols and the rule's listener replace; actions do not.
  const { default_action: _, ...listener } = http.at("aws_lb_listener", "balancer_http");
  expect(https.at("aws_lb_listener", "balancer_http")).toMatchObject(listener);
  const { action: __, ...rule } = http.at("aws_lb_listener_rule", "route_http");
  expect(https.at("aws_lb_listener_rule", "route_http")).toMatchObject(rule);
});

test("with a certificate port 80 redirects and port 443 forwards, in this order of creation", () => {
  const json = balancer({ certificate });
  const redirect = { type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } };
  expect(json.at("aws_lb_listener", "balancer_http").default_action).toEqual([redirect]);
  expect(json.at("aws_lb_listener_rule", "route_http")).toMatchObject({
    action: [redirect],
    depends_on: [expect.stringContaining("route_https")],
  });
  expect(json.at("aws_lb_listener", "balancer_https")).toMatchObject({
    port: 443,
    certificate_arn: certificate.certificateArn,
    ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    default_action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
    routing_http_response_server_enabled: false,
  });
  expect(json.at("aws_lb_listener_rule", "route_https").action).toEqual([
    { type: "forward", target_group_arn: expect.any(String) },
  ]);
});

test("people are sent to port 443 once it is open, listened on, and has its certificates", () => {
  const json = balancer({ certificate, certificates: { shop: another } });
  const dependencies = (type: string, path: string) => json.at(type, path).depends_on.join();
  expect(dependencies("aws_lb_listener", "balancer_https")).toMatch(
    /^aws_vpc_security_group_ingress_rule\.[\w-]+-443_/,
  );
  expect(dependencies("aws_lb_listener", "balancer_http")).toMatch(/^aws_lb_listener\.balancer_https/);
  expect(dependencies("aws_lb_listener_rule", "route_http")).toMatch(
    /^aws_lb_listener_rule\.route_https\w*,aws_lb_listener_certificate\.balancer_certificate-shop/,
  );
});

test("a further certificate is one resource more, which no other knows of, and serves on while it is replaced", () => {
  const before = balancer({ certificate, certificates: { shop: another } });
  const after = balancer({ certificate, certificates: { api: another, shop: another } });
  expect(after.addresses.filter((address) => !before.addresses.includes(address))).toEqual([
    expect.stringMatching(/^aws_lb_listener_certificate\.balancer_certificate-api_/),
  ]);
  for (const type of ["aws_lb", "aws_lb_listener"]) expect(after.all(type)).toEqual(before.all(type));
  expect(after.at("aws_lb_listener_certificate", "balancer_certificate-api")).toEqual({
    listener_arn: expect.stringContaining("balancer_https"),
    certificate_arn: another.certificateArn,
    lifecycle: { create_before_destroy: true },
  });
});

test("further certificates without a first one are refused, and keys that Terraform would not take", () => {
  expect(() => balancer({ certificates: { shop: another } })).toThrow(
    "certificates (shop) must come beside certificate, which serves all other names; give that one too.",
  );
  expect(() => balancer({ certificate, certificates: { "shop.example": another } })).toThrow(
    "certificates (shop.example) must be letters, digits and single hyphens between them; rename it.",
  );
});

test.each([
  { certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/1" },
  { certificateArn: "${data.elsewhere}", region: "us-east-1" },
])("the certificate %j of another region is refused", (elsewhere) => {
  const message = "certificate (of us-east-1) must be of eu-west-1 for a load balancer; make one there.";
  expect(() => balancer({ certificate: elsewhere })).toThrow(message);
  expect(() => balancer({ certificate, certificates: { shop: elsewhere } })).toThrow(message);
});

test("a certificate of IAM, which has no region, is taken", () => {
  const certificateArn = "arn:aws:iam::111111111111:server-certificate/shop";
  expect(balancer({ certificate: { certificateArn } }).at("aws_lb_listener", "balancer_https")).toMatchObject({
    certificate_arn: certificateArn,
  });
});

test("a name leads to it by an alias of its own name and zone", () => {
  const json = synth((scope) => {
    const network = new Network(scope, "network", { name: "shop", availabilityZones: ["eu-west-1a", "eu-west-1b"] });
    const loadBalancer = new LoadBalancer(scope, "balancer", { name: "shop", network });
    new HostedZone(scope, "com", { domain: "example.com", source: "look-up" }).alias("www.example.com", loadBalancer);
  });
  const attribute = (name: string) =>
    expect.stringMatching(`^\\$\\{aws_lb\\.balancer_load-balancer_\\w+\\.${name}\\}$`);
  expect(json.all("aws_route53_record").map(({ alias }) => alias)).toEqual(
    Array(2).fill({ name: attribute("dns_name"), zone_id: attribute("zone_id"), evaluate_target_health: false }),
  );
});

test("protection decides whether the load balancer can be deleted", () => {
  const full = balancer().one("aws_lb");
  expect([full.enable_deletion_protection, full.lifecycle]).toEqual([true, { prevent_destroy: true }]);
  const none = balancer({ protection: "none" }).one("aws_lb");
  expect([none.enable_deletion_protection, none.lifecycle]).toEqual([false, undefined]);
});

test("a long name is shortened to 32 characters", () => {
  expect(balancer({ name: "this-is-a-very-long-project-name-production" }).one("aws_lb").name).toHaveLength(32);
});

test("a name that begins as AWS's own is refused", () => {
  expect(() => balancer({ name: "internal-shop" })).toThrow(
    "name (internal-shop) must not start with internal-, which AWS keeps for itself; rename it.",
  );
});

test.each([0, 50_001, 1.5])("priority %s is refused", (priority) => {
  expect(() => balancer({}, { priority })).toThrow(
    `priority (${priority}) must be a whole number from 1 to 50000; lower goes first.`,
  );
});

test("more values than a rule takes are refused", () => {
  expect(() => balancer({}, { paths: ["/a", "/b", "/c"], hosts: ["a.example", "b.example", "c.example"] })).toThrow(
    "paths and hosts (/a, /b, /c, a.example, b.example, c.example) must be one path at least and five values together; use another route for more.",
  );
  expect(() => balancer({}, { paths: [] })).toThrow("must be one path at least");
});
