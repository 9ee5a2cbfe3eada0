import { serviceFacts } from "./service-facts.ts";

const registry = {
  repository_name: "shop-local",
  repository_url: "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/shop-local",
};
const web = {
  cluster: "shop-local",
  service: "shop-local-web",
  container_name: "app",
  desired_count: 2,
  template_task_definition: "arn:aws:ecs:ap-northeast-2:000000000000:task-definition/shop-local-web:1",
  health_check_path: "/up",
};

test("outputs become facts", () => {
  const facts = serviceFacts({ registry, service: { load_balancer_dns_name: "lb.example.com", services: { web } } });
  expect(facts).toMatchObject({ repository: "shop-local", desiredCount: 2, loadBalancerHost: "lb.example.com" });
});

test("a service that migrates says by what", () => {
  const migrating = { ...web, migrate_command: ["python", "manage.py", "migrate"] };
  const facts = (services: object) => serviceFacts({ registry, service: { load_balancer_dns_name: "lb", services } });
  expect(facts({ web: migrating }).migrateCommand).toBe('["python","manage.py","migrate"]');
  expect(facts({ web }).migrateCommand).toBe("");
});

test("a missing output is named", () => {
  const { cluster: _, ...rest } = web;
  expect(() => serviceFacts({ registry, service: { load_balancer_dns_name: "x", services: { web: rest } } })).toThrow(
    "output service.services.web.cluster is missing",
  );
});
