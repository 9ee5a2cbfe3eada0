import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { Environment } from "@slipway/infra";
import type { Docker, SlipwayHome } from "@slipway/local-aws";
import type { Outputs, StackResult } from "@slipway/terraform";
import type { Reporter } from "../terminal/reporter.ts";
import { type App, parameterName } from "./app.ts";
import type { Address } from "./app-probe.ts";
import { webKey } from "./worker-options.ts";

/** Context of every deployment step. */
export interface Delivery {
  readonly home: SlipwayHome;
  readonly reporter: Reporter;
  readonly app: App;
  readonly docker: Docker;
  /** Variables of everything that talks to the local AWS. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The local AWS's, by HTTP. */
  readonly port: number;
  /** Aborted by Ctrl-C or when the local AWS ends. */
  readonly signal: AbortSignal;
  /** Folder of this project's state. */
  readonly folder: string;
}

/** Outputs of the stacks and settings of the environment that describe one service. */
export interface ServiceFacts {
  /** Key in `environments.ts`. */
  readonly key: string;
  readonly repository: string;
  readonly repositoryUrl: string;
  readonly cluster: string;
  readonly service: string;
  readonly containerName: string;
  readonly desiredCount: number;
  readonly template: string;
  /** Where requests reach it; undefined where no load balancer sends any. */
  readonly requests: ServiceRequests | undefined;
  /** What a deployment runs first, as JSON; empty where the service names nothing. */
  readonly migrateCommand: string;
  /** Variable → name of its parameter. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface ServiceRequests {
  /** By the name that the service's rule wants, or the load balancer's own. */
  readonly address: Address;
  /** True where the rule wants a name that leads elsewhere. */
  readonly hasOwnName: boolean;
  /** Whether requests of `/` come here. */
  readonly getsRoot: boolean;
  readonly healthPath: string;
  /** Path that answers with the image's digest; empty where the app has none. */
  readonly versionPath: string;
}

/** Reads the outputs of `registry` and `service` for each service, in the order of the environment; an output that is missing is a bug in the stacks, and named. */
export function serviceFacts(
  outputs: Readonly<Record<string, Outputs>>,
  services: Environment["services"],
  reach: (host: string) => Address,
): readonly ServiceFacts[] {
  const registry = outputs.registry ?? {};
  const stack = outputs.service ?? {};
  const all = (stack.services ?? {}) as Readonly<Record<string, Outputs | undefined>>;
  const loadBalancerHost = text(stack, "service.load_balancer_dns_name", "load_balancer_dns_name");
  return Object.entries(services).map(([key, { versionPath = "", secrets, paths = ["/*"] }]) => {
    const its = all[key] ?? {};
    const one = (name: string) => text(its, `service.services.${key}.${name}`, name);
    return {
      key,
      repository: text(registry, "registry.repository_name", "repository_name"),
      repositoryUrl: text(registry, "registry.repository_url", "repository_url"),
      cluster: one("cluster"),
      service: one("service"),
      containerName: one("container_name"),
      desiredCount: Number(one("desired_count")),
      template: one("template_task_definition"),
      requests:
        its.health_check_path === undefined
          ? undefined
          : {
              address: reach(String(its.host ?? loadBalancerHost)),
              hasOwnName: its.host !== undefined,
              getsRoot: paths.includes("/*"),
              healthPath: one("health_check_path"),
              versionPath,
            },
      migrateCommand: its.migrate_command === undefined ? "" : JSON.stringify(its.migrate_command),
      secrets,
    };
  });
}

function text(outputs: Outputs, path: string, name: string): string {
  const value = outputs[name];
  if (value === undefined || value === null || value === "") throw new Error(`output ${path} is missing`);
  return String(value);
}

/** Where static files are published to and asked for. */
export interface StaticSite {
  readonly bucket: string;
  readonly distribution: string;
  /** What pages ask for begins with it. */
  readonly url: string;
}

/** Reads the outputs of `static-site`; undefined where the environment has none, and the app serves its files itself. */
export function staticSite({ "static-site": outputs }: Readonly<Record<string, Outputs>>): StaticSite | undefined {
  if (outputs === undefined) return undefined;
  const one = (name: string) => text(outputs, `static-site.${name}`, name);
  return { bucket: one("static_bucket"), distribution: one("static_distribution_id"), url: one("static_url") };
}

/** URL for a browser on this host, where every name under localhost resolves to loopback. */
export function serviceUrl(loadBalancerHost: string, port: number): string {
  // The DNS name is the load balancer's name, a dash and an id: the local AWS also answers to the name alone.
  const name = loadBalancerHost.split(".")[0]?.replace(/-[^-]+$/, "");
  return `http://${name}.alb.localhost:${port}/`;
}

const statusText = { unchanged: "unchanged, not planned", "no-changes": "planned, no changes", applied: "applied" };

/** Summary of the apply as a Markdown table. */
export function stackSummary(results: readonly StackResult[]): string {
  const rows = results.map(({ stack, status, plan, seconds }) => {
    const { add = 0, change = 0, destroy = 0 } = plan?.summary ?? {};
    return `| ${stack.name} | ${statusText[status]} | ${add} | ${change} | ${destroy} | ${seconds.toFixed(1)} s | \`${stack.sha256.slice(0, 8)}\` |`;
  });
  return ["### Stacks", "| Stack | | + | ~ | - | Time | JSON |", "|---|---|--:|--:|--:|--:|---|", ...rows].join("\n");
}

/** Folder of a project's state; two projects whose folders have one name must not share it. */
export function projectFolder(home: SlipwayHome, app: App): string {
  if (app.own) return home.path("local");
  const folder = home.path("apps", app.project);
  const marker = join(folder, "app.json");
  mkdirSync(folder, { recursive: true });
  const known = read(marker);
  if (known !== undefined && known !== app.folder) {
    throw new Failure(
      `--app (${app.folder}) must not have the same short name (${app.project}) as ${known}`,
      "rename one of the folders, or run `npm run down` first",
    );
  }
  writeFileSync(marker, JSON.stringify({ folder: app.folder }));
  return folder;
}

function read(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { folder: string }).folder;
  } catch {
    return undefined;
  }
}

/** Value of SLIPWAY_OVERLAY for another project: its name and services replace those of `local`. */
export function overlay(app: App): string | undefined {
  if (app.own) return undefined;
  const names = Object.keys(app.secrets);
  // One env file is for all: each service gets all of it, by the same parameters.
  const common = {
    containerName: app.containerName,
    environment: Object.fromEntries(app.emptyVariables.map((name) => [name, ""])),
    secrets: Object.fromEntries(names.map((name) => [name, parameterName(app, name)])),
  };
  const web = {
    ...common,
    port: app.port,
    healthCheckPath: app.healthPath,
    ...(app.versionPath === "" ? {} : { versionPath: app.versionPath }),
    ...(app.command === undefined ? {} : { command: app.command }),
  };
  // One task each: a scheduler that runs twice does everything twice.
  const workers = app.workers.map(({ key, command }) => [key, { ...common, command, desiredCount: 1 }] as const);
  return JSON.stringify({ project: app.project, services: { [webKey]: web, ...Object.fromEntries(workers) } });
}
