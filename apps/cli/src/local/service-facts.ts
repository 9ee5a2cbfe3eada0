import type { Outputs } from "@slipway/terraform";

/** What the stacks say of where the app runs. */
export interface ServiceFacts {
  readonly repository: string;
  readonly repositoryUrl: string;
  readonly cluster: string;
  readonly service: string;
  readonly containerName: string;
  readonly desiredCount: number;
  readonly template: string;
  readonly healthPath: string;
  readonly loadBalancerHost: string;
  /** What a deployment runs first, as JSON; empty where the service names nothing. */
  readonly migrateCommand: string;
}

/** Reads the outputs of `registry` and `service`; an output that is missing is a bug in the stacks, and named. */
export function serviceFacts(outputs: Readonly<Record<string, Outputs>>): ServiceFacts {
  const registry = outputs.registry ?? {};
  const stack = outputs.service ?? {};
  const web = ((stack.services as Outputs | undefined)?.web ?? {}) as Outputs;
  return {
    repository: text(registry, "registry.repository_name", "repository_name"),
    repositoryUrl: text(registry, "registry.repository_url", "repository_url"),
    cluster: text(web, "service.services.web.cluster", "cluster"),
    service: text(web, "service.services.web.service", "service"),
    containerName: text(web, "service.services.web.container_name", "container_name"),
    desiredCount: Number(text(web, "service.services.web.desired_count", "desired_count")),
    template: text(web, "service.services.web.template_task_definition", "template_task_definition"),
    healthPath: text(web, "service.services.web.health_check_path", "health_check_path"),
    loadBalancerHost: text(stack, "service.load_balancer_dns_name", "load_balancer_dns_name"),
    migrateCommand: web.migrate_command === undefined ? "" : JSON.stringify(web.migrate_command),
  };
}

function text(outputs: Outputs, path: string, name: string): string {
  const value = outputs[name];
  if (value === undefined || value === null || value === "") throw new Error(`output ${path} is missing`);
  return String(value);
}
