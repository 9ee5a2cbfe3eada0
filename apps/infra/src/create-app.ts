import { App } from "cdktf";
import { certificateNames } from "./domain-names.ts";
import { type Environment, hasUploads, namedImages } from "./environment.ts";
import { AccessStack } from "./stacks/access-stack.ts";
import { CertificatesStack } from "./stacks/certificates-stack.ts";
import { DnsStack } from "./stacks/dns-stack.ts";
import { HttpApiStack } from "./stacks/http-api-stack.ts";
import { MediaStack } from "./stacks/media-stack.ts";
import { NetworkStack } from "./stacks/network-stack.ts";
import { RegistryStack } from "./stacks/registry-stack.ts";
import { ServiceStack, type ServiceStackProps } from "./stacks/service-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";
import { StaticSiteStack } from "./stacks/static-site-stack.ts";

/** All stacks of an environment; `synth()` writes them to `outdir`, which must exist. */
export function createApp(environment: Environment, outdir: string): App {
  const app = new App({
    outdir,
    // Stack traces would put absolute paths into manifest.json.
    stackTraces: false,
    context: { targetVersions: { terraform: ">=1.10.0", opentofu: ">=1.10.0" } },
  });
  const { stateBucket, github } = environment;
  if (stateBucket !== undefined) new StateStack(app, "state", environment, stateBucket);
  if (stateBucket !== undefined && github !== undefined) {
    new AccessStack(app, "access", environment, { github, stateBucket });
  }
  const image = ownsRegistry(environment)
    ? new RegistryStack(app, "registry", environment).images
    : namedImages(environment);
  const { network } = new NetworkStack(app, "network", environment);
  const media = hasUploads(environment) ? new MediaStack(app, "media", environment).media : undefined;
  const uploads = media === undefined ? {} : { media };
  new ServiceStack(app, "service", environment, { network, image, ...uploads, ...names(app, environment) });
  return app;
}

/** What the names of an environment need, and all that answers to them but the services; nothing without a domain. */
function names(app: App, environment: Environment): Pick<ServiceStackProps, "zones" | "certificate"> {
  const { domain, api } = environment;
  if (domain === undefined) return {};
  const { zones } = new DnsStack(app, "dns", environment, domain);
  const needed = certificateNames(environment);
  // Whoever only hands a domain over has no name to prove yet.
  if (needed.regional.length + needed.global.length === 0) return { zones };
  const { regional, global } = new CertificatesStack(app, "certificates", environment, { zones });
  if (global !== undefined) new StaticSiteStack(app, "static-site", environment, { zones, certificate: global });
  if (regional === undefined) return { zones };
  if (api !== undefined) new HttpApiStack(app, "http-api", environment, { zones, certificate: regional });
  return { zones, certificate: regional };
}

function ownsRegistry({ key, registry }: Environment): boolean {
  return registry === key;
}
