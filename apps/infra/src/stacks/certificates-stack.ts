import { Certificate, type HostedZone } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { certificateNames } from "../domain-names.ts";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

export interface CertificatesStackProps {
  readonly zones: readonly HostedZone[];
}

/** The certificates of an environment's names, and the records that prove them: together, because certificates share records. */
export class CertificatesStack extends BaseStack {
  /** Of the load balancer and the API; undefined where no name is theirs. */
  readonly regional: Certificate | undefined;
  /** Of the static site: CloudFront takes certificates of us-east-1 alone. */
  readonly global: Certificate | undefined;

  constructor(scope: Construct, id: string, environment: Environment, { zones }: CertificatesStackProps) {
    super(scope, id, environment);
    const { regional, global } = certificateNames(environment);
    const { quota = 10 } = environment.domain ?? {};
    // The stacks that serve them come after this one, so an old one stays until they serve the new one.
    const common = { zones, quota, replacement: "beside" } as const;
    if (regional.length > 0) this.regional = new Certificate(this, "regional", { names: regional, ...common });
    if (global.length > 0) {
      const provider = this.providerOf("us-east-1", "global");
      this.global = new Certificate(this, "global", { names: global, provider, ...common });
    }
    for (const [name, certificate] of Object.entries({ regional: this.regional, global: this.global })) {
      if (certificate === undefined) continue;
      new TerraformOutput(this, `${name}_certificate_arn`, { value: certificate.certificateArn });
    }
  }
}
