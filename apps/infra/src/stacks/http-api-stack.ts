import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Function as ApiFunction, HttpApi } from "@slipway/compute";
import { type HostedZone, type IssuedCertificate, zoneOf } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { rolePlacement } from "../role-placement.ts";
import { BaseStack } from "./base-stack.ts";

export interface HttpApiStackProps {
  readonly zones: readonly HostedZone[];
  /** Of the environment's region; covers `domain.api`. */
  readonly certificate: IssuedCertificate;
}

/** The functions of an environment and the HTTP API before them; it changes when their code does. */
export class HttpApiStack extends BaseStack {
  readonly functions: ReadonlyMap<string, ApiFunction>;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, environment: Environment, { zones, certificate }: HttpApiStackProps) {
    super(scope, id, environment);
    const { name, domain, api } = environment;
    const host = domain?.api;
    if (api === undefined || host === undefined) {
      throw new Error(`api (${environment.key}) must come with domain.api; leave the stack out without them.`);
    }
    const roles = rolePlacement(environment, "functions");
    const root = repositoryRoot();
    this.functions = new Map(
      Object.entries(api.functions).map(([key, { folder, ...given }]) => [
        key,
        new ApiFunction(this, key, { ...given, name: `${name}-${key}`, folder: join(root, folder), roles }),
      ]),
    );
    const { cors, throttling } = api;
    this.api = new HttpApi(this, "http-api", {
      name,
      host,
      certificate,
      zone: zoneOf("domain.api", host, zones),
      routes: Object.fromEntries(
        Object.entries(api.routes).map(([route, key]) => [route, this.functions.get(key) as ApiFunction]),
      ),
      ...(cors !== undefined && { cors }),
      throttling,
    });
    new TerraformOutput(this, "api_url", { value: this.api.url });
  }
}

/** The folder above this file, or above the bundle it is part of, that holds the lock file of all packages. */
function repositoryRoot(folder = __dirname): string {
  if (existsSync(join(folder, "package-lock.json"))) return folder;
  const above = dirname(folder);
  if (above !== folder) return repositoryRoot(above);
  throw new Error(`repository (${__dirname}) must hold package-lock.json above it; synthesize in a clone of it.`);
}
