import { synth } from "@slipway/testing";
import type { Construct } from "constructs";
import { Network } from "./network.ts";
import { SecurityGroup } from "./security-group.ts";

function groups(use: (app: SecurityGroup, database: SecurityGroup) => void) {
  return synth((scope: Construct) => {
    const network = new Network(scope, "network", { name: "shop", availabilityZones: ["eu-west-1a", "eu-west-1b"] });
    const app = new SecurityGroup(scope, "app", { name: "shop-app", network, description: "App" });
    use(app, new SecurityGroup(scope, "database", { name: "shop-database", network, description: "Database" }));
  });
}

test("a group starts closed and can be replaced while it is in use", () => {
  const json = groups(() => {});
  const group = json.at("aws_security_group", "app_group");
  expect(group).toMatchObject({ name_prefix: "shop-app-", lifecycle: { create_before_destroy: true } });
  expect(group.ingress ?? group.egress).toBeUndefined();
  expect(json.all("aws_vpc_security_group_egress_rule")).toEqual([]);
});

test("a group lets another one in by reference, in both directions without a cycle", () => {
  const json = groups((app, database) => {
    database.allowFrom(app, 5432);
    app.allowTo(database, 5432);
  });
  const [app, database] = ["app", "database"].map((id) => expect.stringContaining(`aws_security_group.${id}_group`));
  expect(json.one("aws_vpc_security_group_ingress_rule")).toEqual({
    security_group_id: database,
    referenced_security_group_id: app,
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
  });
  expect(json.one("aws_vpc_security_group_egress_rule")).toMatchObject({
    security_group_id: app,
    referenced_security_group_id: database,
  });
});

test("a range of addresses can be let in", () => {
  const json = groups((app) => app.allowFrom({ cidr: "203.0.113.7/32" }, 22));
  expect(json.one("aws_vpc_security_group_ingress_rule")).toMatchObject({ cidr_ipv4: "203.0.113.7/32", from_port: 22 });
});

test("a rule keeps its address when others come before it", () => {
  const alone = groups((app, database) => database.allowFrom(app, 5432));
  const more = groups((app, database) => {
    database.allowFrom({ cidr: "10.0.0.0/8" }, 5432);
    database.allowFrom(app, 6432);
    database.allowFrom(app, 5432);
  });
  const [[name] = []] = alone.named("aws_vpc_security_group_ingress_rule");
  expect(more.named("aws_vpc_security_group_ingress_rule").map(([each]) => each)).toContain(name);
});

test("the way out to anywhere has no ports, which AWS would give back otherwise", () => {
  const rule = groups((app) => app.allowToAnywhere()).one("aws_vpc_security_group_egress_rule");
  expect(rule).toEqual({
    security_group_id: expect.any(String),
    cidr_ipv4: "0.0.0.0/0",
    ip_protocol: "-1",
  });
});

test("the same rule twice is refused", () => {
  const twice = (app: SecurityGroup, database: SecurityGroup) => {
    database.allowFrom(app, 5432);
    database.allowFrom(app, 5432);
  };
  expect(() => groups(twice)).toThrow("port (5432) must be allowed from test-app only once; remove the second call.");
});

test.each([0, 65_536, 80.5, Number.NaN])("port %s is refused", (port) => {
  expect(() => groups((app) => app.allowFrom({ cidr: "0.0.0.0/0" }, port))).toThrow(
    `port (${port}) must be a whole number from 1 to 65535; give the port that is listened on.`,
  );
});

test("an address without its prefix is refused", () => {
  expect(() => groups((app) => app.allowFrom({ cidr: "203.0.113.7" }, 22))).toThrow(
    "cidr (203.0.113.7) must be an IPv4 range with its prefix; write for example 203.0.113.7/32.",
  );
});
