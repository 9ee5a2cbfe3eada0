import { App } from "cdktf";
import { certificateNames } from "./domain-names.ts";
import { type Environment, namedImages } from "./environment.ts";
import { AccessStack } from "./stacks/access-stack.ts";
import { CertificatesStack } from "./stacks/certificates-stack.ts";
import { DnsStack } from "./stacks/dns-stack.ts";
import { MediaStack } from "./stacks/media-stack.ts";
import { NetworkStack } from "./stacks/network-stack.ts";
import { RegistryStack } from "./stacks/registry-stack.ts";
import { ServiceStack, type ServiceStackProps } from "./stacks/service-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";

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

/** What makes the names of an environment, for the stacks that answer to them; nothing without a domain. */
function names(app: App, environment: Environment): Pick<ServiceStackProps, "zones" | "certificate"> {
  const { domain } = environment;
  if (domain === undefined) return {};
  const { zones } = new DnsStack(app, "dns", environment, domain);
  const { regional, global } = certificateNames(environment);
  // Whoever only hands a domain over has no name to prove yet.
  if (regional.length + global.length === 0) return { zones };
  const certificates = new CertificatesStack(app, "certificates", environment, { zones });
  return { zones, ...(certificates.regional !== undefined && { certificate: certificates.regional }) };
}

function ownsRegistry({ key, registry }: Environment): boolean {
  return registry === key;
}

function hasUploads({ services }: Environment): boolean {
  return Object.values(services).some(({ media }) => media !== undefined);
}
