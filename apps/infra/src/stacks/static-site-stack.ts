import { type HostedZone, type IssuedCertificate, StaticSite, zoneOf } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { appNames, staticUrl } from "../domain-names.ts";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

export interface StaticSiteStackProps {
  /** One of them holds `domain.static`. */
  readonly zones: readonly HostedZone[];
  /** Of us-east-1, with `domain.static` among its names. */
  readonly certificate: IssuedCertificate;
}

/** The app's static files under a name of their own, `domain.static`: a bucket, and CloudFront before it. */
export class StaticSiteStack extends BaseStack {
  readonly site: StaticSite;

  constructor(scope: Construct, id: string, environment: Environment, { zones, certificate }: StaticSiteStackProps) {
    super(scope, id, environment);
    const { name, account, protection, domain } = environment;
    const host = domain?.static;
    if (host === undefined) {
      throw new Error("domain.static (missing) must be the name of the static files; give it, or make no such stack.");
    }
    this.site = new StaticSite(this, "static", {
      name,
      account,
      hosts: [host],
      certificate,
      zone: zoneOf("domain.static", host, zones),
      mode: "assets",
      allowedOrigins: appNames(environment).flatMap(originsOf),
      protection,
    });
    new TerraformOutput(this, "static_bucket", { value: this.site.bucket.bucket.bucket });
    new TerraformOutput(this, "static_distribution_id", { value: this.site.distribution.id });
    new TerraformOutput(this, "static_url", { value: staticUrl(host) });
  }
}

/** Where pages with that name come from, which load fonts and module scripts. Names under `.localhost` have the local AWS's port, too. */
function originsOf(name: string): readonly string[] {
  const origin = `https://${name}`;
  return name.endsWith(".localhost") ? [origin, `${origin}:*`] : [origin];
}
