import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Certificate, HostedZone } from "@slipway/network";
import { App } from "cdktf";
import type { Environment } from "../environment.ts";
import { BaseStack } from "../stacks/base-stack.ts";

export interface Edge {
  readonly app: App;
  /** `example.com`, created, and `example.org`, looked up. */
  readonly zones: readonly HostedZone[];
  /** Of us-east-1: `example.com`, `*.example.com` and `example.org`. */
  readonly certificate: Certificate;
}

/** For tests: zones and certificates in a stack each, for a stack that needs both. `synth()` writes them to `outdir`. */
export function edgeOf(environment: Environment, outdir: string): Edge {
  const app = new App({ outdir, stackTraces: false });
  const { protection } = environment;
  const dns = new BaseStack(app, "dns", environment);
  const zones = [
    new HostedZone(dns, "com", { domain: "example.com", protection }),
    new HostedZone(dns, "org", { domain: "example.org", source: "look-up" }),
  ];
  const certificates = new BaseStack(app, "certificates", environment);
  const names = ["example.com", "*.example.com", "example.org"];
  const provider = inUsEast1(certificates);
  new Certificate(certificates, "regional", { names, zones });
  return { app, zones, certificate: new Certificate(certificates, "global", { names, zones, provider }) };
}

/** The stack's own provider once more, for CloudFront's region. */
function inUsEast1(stack: BaseStack): AwsProvider {
  const { ignoreTagsInput, defaultTagsInput, allowedAccountIdsInput } = stack.node.findChild("aws") as AwsProvider;
  return new AwsProvider(stack, "us-east-1", {
    alias: "us-east-1",
    region: "us-east-1",
    ...(ignoreTagsInput !== undefined && { ignoreTags: ignoreTagsInput }),
    ...(defaultTagsInput !== undefined && { defaultTags: defaultTagsInput }),
    ...(allowedAccountIdsInput !== undefined && { allowedAccountIds: allowedAccountIdsInput }),
  });
}
