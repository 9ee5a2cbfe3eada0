import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";

/** Settings that all stacks share: Terraform and provider versions, the allowed account, default tags and the backend. */
export class BaseStack extends TerraformStack {
  readonly #provider: AwsProviderConfig;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    const { project, name, account, region, awsProvider } = environment;
    this.addOverride("terraform.required_version", ">= 1.10.0");
    // Without a registry host, Terraform and OpenTofu each use their default registry.
    this.addOverride("terraform.required_providers.aws", { source: "hashicorp/aws", version: awsProvider });
    this.#provider = {
      region,
      allowedAccountIds: [account],
      // The deploy actions write these tags, for example the digests that a service was rolled back from.
      ignoreTags: [{ keyPrefixes: ["slipway:"] }],
      defaultTags: [{ tags: { Project: project, Environment: name, Stack: id, ManagedBy: "slipway" } }],
    };
    new AwsProvider(this, "aws", this.#provider);
    stateOf(this, id, environment);
  }

  /** A second provider, which differs from the stack's own in its region alone. */
  protected providerOf(region: string, alias: string): AwsProvider {
    return new AwsProvider(this, `aws-${alias}`, { ...this.#provider, region, alias });
  }
}

function stateOf(scope: Construct, stack: string, { key, region, stateBucket }: Environment): void {
  if (stateBucket === undefined) {
    // A relative path, because each stack's folder resolves it, also for remote state.
    new LocalBackend(scope, { path: `../../state/${stack}.tfstate` });
    return;
  }
  const backend = { bucket: stateBucket, key: `${key}/${stack}.tfstate`, region, encrypt: true, useLockfile: true };
  // cdktf passes useLockfile on without having a type for it; an override would not reach the remote state data sources.
  new S3Backend(scope, backend as ConstructorParameters<typeof S3Backend>[1]);
}
