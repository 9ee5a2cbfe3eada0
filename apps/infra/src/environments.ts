import { checkEnvironments } from "./check-environments.ts";
import type { Environment, EnvironmentInput } from "./environment.ts";
import { overlay } from "./overlay.ts";

const project = "this-is-project";

/** The repository on GitHub whose workflows may plan, apply and deploy. */
const github = { owner: "this-is-owner", name: project, ownerId: "1111", id: "2222" };

/** Browsers lead every name under .localhost to this machine, where the local AWS answers. */
const localDomain = `${project}.localhost`;

const common = {
  project,
  region: "ap-northeast-2",
  availabilityZones: ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"],
  natGateways: "single",
  github,
  app: { folder: "apps/web" },
  testCommand: ["npm", "test", "--workspace", "@slipway/web"],
  awsProvider: "5.100.0",
} satisfies Partial<EnvironmentInput>;

/** The service `web` of the environment `name`. `hosts` are the names it answers to besides the load balancer's own. */
function web(name: string, hosts: readonly string[]) {
  return {
    containerName: "django_test",
    port: 8000,
    cpu: 512,
    memory: 1024,
    desiredCount: 2,
    healthCheckPath: "/healthz",
    versionPath: "/version",
    environment: { ALLOWED_HOSTS: ["{load-balancer}", ...hosts].join(",") },
    secrets: { SECRET_KEY: `/${name}/web/SECRET_KEY` },
  };
}

const localWeb = web(`${project}-local`, [localDomain]);

/** Every value in which environments differ. This is the file to edit. */
const inputs: Readonly<Record<string, EnvironmentInput>> = {
  local: {
    ...common,
    name: `${project}-local`,
    account: "000000000000",
    cidrBlock: "10.0.0.0/16",
    registry: "local",
    protection: "none",
    domain: {
      zones: { [localDomain]: { source: "create" } },
      static: `static.${localDomain}`,
      api: `api.${localDomain}`,
    },
    services: {
      web: {
        ...localWeb,
        hosts: [localDomain],
        environment: { ...localWeb.environment, STATIC_URL: "{static-site}" },
      },
    },
    api: {
      routes: { "GET /hello/{name}": "hello", "POST /sums": "sums" },
      functions: {
        hello: { runtime: "python3.13", handler: "main.handler", folder: "apps/api/hello" },
        sums: { runtime: "nodejs22.x", handler: "index.handler", folder: "apps/api/sums" },
      },
    },
  },
  staging: {
    ...common,
    name: `${project}-staging`,
    account: "111111111111",
    cidrBlock: "10.1.0.0/16",
    // Production owns the image repository: the image that ran in staging is deployed to production, and destroying
    // staging deletes no image.
    registry: "production",
    stateBucket: `${project}-terraform-state-111111111111`,
    protection: "none",
    services: { web: { ...web(`${project}-staging`, []), desiredCount: 1 } },
  },
  production: {
    ...common,
    name: project,
    account: "222222222222",
    cidrBlock: "10.2.0.0/16",
    registry: "production",
    stateBucket: `${project}-terraform-state-222222222222`,
    protection: "full",
    services: { web: { ...web(project, []), cpu: 1024, memory: 2048 } },
  },
};

/** Keys of all environments. */
export const environmentKeys: readonly string[] = Object.keys(inputs);

/** The checked environment of a key; `overlayJson` puts another project into `local`. */
export function environment(key: string, overlayJson?: string): Environment {
  if (overlayJson !== undefined && key !== "local") {
    throw new Error(`SLIPWAY_OVERLAY must not be set for ${key}; only local can hold another project.`);
  }
  const { local, ...others } = inputs;
  const all =
    overlayJson === undefined || local === undefined ? inputs : { ...others, local: overlay(local, overlayJson) };
  const found = checkEnvironments(all).get(key);
  if (found === undefined) {
    throw new Error(
      `environment (${key}) must be one of ${environmentKeys.join(", ")}; add it to environments.ts or correct it.`,
    );
  }
  return found;
}
