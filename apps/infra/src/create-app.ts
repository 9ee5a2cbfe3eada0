import type { ImageSource } from "@slipway/container";
import { App } from "cdktf";
import type { Environment } from "./environment.ts";
import { NetworkStack } from "./network-stack.ts";
import { RegistryStack } from "./registry-stack.ts";
import { ServiceStack } from "./service-stack.ts";
import { StateStack } from "./state-stack.ts";

/** All stacks of an environment; `synth()` writes them to `outdir`, which must exist. */
export function createApp(environment: Environment, outdir: string): App {
  const app = new App({
    outdir,
    // They would put paths of this machine into manifest.json.
    stackTraces: false,
    context: { targetVersions: { terraform: ">=1.10.0", opentofu: ">=1.10.0" } },
  });
  if (environment.stateBucket !== undefined) new StateStack(app, "state", environment, environment.stateBucket);
  const image = ownsRegistry(environment)
    ? new RegistryStack(app, "registry", environment).repository
    : foreignImages(environment);
  const { network } = new NetworkStack(app, "network", environment);
  new ServiceStack(app, "service", environment, { network, image });
  return app;
}

function ownsRegistry({ key, registry }: Environment): boolean {
  return registry === key;
}

/** The repository of another environment, by its names: its state is not ours to read. */
function foreignImages({ repository: { account, region, name } }: Environment): ImageSource {
  return {
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
  };
}
