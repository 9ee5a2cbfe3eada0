import { ImageRepository } from "@slipway/container";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The image repository; it outlives every service and may serve other environments. */
export class RegistryStack extends BaseStack {
  readonly repository: ImageRepository;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { name, pullAccounts, protection } = environment;
    this.repository = new ImageRepository(this, "images", { name, pullAccounts, protection });
    const { repository } = this.repository;
    new TerraformOutput(this, "repository_name", { value: repository.name });
    new TerraformOutput(this, "repository_url", { value: repository.repositoryUrl });
    new TerraformOutput(this, "repository_arn", { value: repository.arn });
    new TerraformOutput(this, "registry_id", { value: repository.registryId });
  }
}
