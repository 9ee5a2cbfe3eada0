import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";

/** What all stacks share: engine and provider versions, the one account they may touch, tags on everything, where the state is. */
export class BaseStack extends TerraformStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    const { project, name, account, region, awsProvider } = environment;
    this.addOverride("terraform.required_version", ">= 1.10.0");
    // Without a registry host, Terraform and OpenTofu each look into their own.
    this.addOverride("terraform.required_providers.aws", { source: "hashicorp/aws", version: awsProvider });
    new AwsProvider(this, "aws", {
      region,
      allowedAccountIds: [account],
      // Written by the actions: what a service was rolled back from is theirs to remember.
      ignoreTags: [{ keyPrefixes: ["slipway:"] }],
      defaultTags: [{ tags: { Project: project, Environment: name, Stack: id, ManagedBy: "slipway" } }],
    });
    stateOf(this, id, environment);
  }
}

function stateOf(scope: Construct, stack: string, { key, region, stateBucket }: Environment): void {
  if (stateBucket === undefined) {
    // Relative: it is read from the folder of each stack, also by the stacks that read this one.
    new LocalBackend(scope, { path: `../../state/${stack}.tfstate` });
    return;
  }
  const backend = { bucket: stateBucket, key: `${key}/${stack}.tfstate`, region, encrypt: true, useLockfile: true };
  // cdktf passes useLockfile on without having a type for it; an override would not reach the remote state data sources.
  new S3Backend(scope, backend as ConstructorParameters<typeof S3Backend>[1]);
}
