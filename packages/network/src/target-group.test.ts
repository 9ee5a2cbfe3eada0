import { synth } from "@slipway/testing";
import { Network } from "./network.ts";
import { TargetGroup, type TargetGroupProps } from "./target-group.ts";

function targets(props: Partial<TargetGroupProps> = {}, cidrBlock = "10.0.0.0/16") {
  return synth((scope) => {
    const availabilityZones = ["eu-west-1a", "eu-west-1b"];
    const network = new Network(scope, "network", { name: "shop", availabilityZones, cidrBlock });
    new TargetGroup(scope, "targets", { name: "shop-web", network, port: 8000, ...props });
  }).one("aws_lb_target_group");
}

test("what replaces a target group changes its name, so that both exist while the listener moves", () => {
  const group = targets();
  expect(group.lifecycle).toEqual({ create_before_destroy: true });
  const others = [targets({ port: 8001 }), targets({ targetType: "instance" }), targets({}, "10.1.0.0/16")];
  expect(new Set([group, ...others].map(({ name }) => name)).size).toBe(4);
});

test("what is changed in place leaves the name alone", () => {
  const { name } = targets();
  expect(targets({ healthCheckPath: "/healthz", deregistrationDelaySeconds: 5 }).name).toBe(name);
});

test("the name of a long service has at most 32 characters", () => {
  const { name } = targets({ name: "this-is-a-very-long-project-name-production-web" });
  expect(name).toMatch(/^[a-z0-9-]{32}$/);
  expect(name).not.toContain("--");
});

test("a target gets traffic after two answers and loses it after three failures", () => {
  expect(targets({ healthCheckPath: "/healthz" })).toMatchObject({
    deregistration_delay: "30",
    health_check: {
      path: "/healthz",
      matcher: "200-399",
      interval: 10,
      timeout: 5,
      healthy_threshold: 2,
      unhealthy_threshold: 3,
    },
  });
});

test("a delay of zero is not replaced by the default", () => {
  expect(targets({ deregistrationDelaySeconds: 0 }).deregistration_delay).toBe("0");
});

test.each(["healthz", "/health z", ""])("the health check path '%s' is refused", (path) => {
  expect(() => targets({ healthCheckPath: path })).toThrow(
    `healthCheckPath (${path}) must start with / and hold no spaces; write for example /healthz.`,
  );
});

test.each([-1, 3601, 0.5])("the delay %p is refused, as a load balancer would", (seconds) => {
  expect(() => targets({ deregistrationDelaySeconds: seconds })).toThrow(
    `deregistrationDelaySeconds (${seconds}) must be a whole number from 0 to 3600; leave it out for 30.`,
  );
});

test("a client stays with its target by a cookie of the load balancer, or by the app's", () => {
  const day = 86_400;
  expect(targets({ stickiness: {} }).stickiness).toEqual({ enabled: true, type: "lb_cookie", cookie_duration: day });
  expect(targets({ stickiness: { cookieName: "sessionid", cookieDurationSeconds: 60 } }).stickiness).toEqual({
    enabled: true,
    type: "app_cookie",
    cookie_name: "sessionid",
    cookie_duration: 60,
  });
});

test("'off' ends stickiness; left out, nothing is said of it", () => {
  expect(targets({ stickiness: "off" }).stickiness).toEqual({ enabled: false, type: "lb_cookie" });
  expect(targets()).not.toHaveProperty("stickiness");
  expect(targets()).not.toHaveProperty("slow_start");
});

test("stickiness and slow start change in place", () => {
  const group = targets({ stickiness: { cookieName: "sessionid" }, slowStartSeconds: 30 });
  expect(group.slow_start).toBe(30);
  expect(group.name).toBe(targets().name);
});

test.each([0, 30, 900])("a slow start of %p seconds is taken", (slowStartSeconds) => {
  expect(targets({ slowStartSeconds }).slow_start).toBe(slowStartSeconds);
});

test.each([-1, 29, 30.5, 901])("a slow start of %p seconds is refused, as a load balancer would", (seconds) => {
  expect(() => targets({ slowStartSeconds: seconds })).toThrow(
    `slowStartSeconds (${seconds}) must be 0 or a whole number from 30 to 900; leave it out for an equal share at once.`,
  );
});

test.each([0, 604_801, 1.5])("a cookie of %p seconds is refused", (seconds) => {
  expect(() => targets({ stickiness: { cookieDurationSeconds: seconds } })).toThrow(
    `stickiness.cookieDurationSeconds (${seconds}) must be a whole number from 1 to 604800; leave it out for a day.`,
  );
});

test.each(["AWSALB", "AWSALBTG", "session id", ""])("the cookie '%s' is refused", (cookieName) => {
  expect(() => targets({ stickiness: { cookieName } })).toThrow(
    `stickiness.cookieName (${cookieName}) must be a cookie that the app sets, and not AWSALB, AWSALBAPP or AWSALBTG; leave it out for the load balancer's own.`,
  );
});
