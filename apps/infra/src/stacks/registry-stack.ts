import { ExistingImageRepository, ImageRepository, type ImageSource } from "@slipway/container";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, namedImages } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The image repository; it outlives every service and may serve other environments. Of one that is there, the stack holds no resources. */
export class RegistryStack extends BaseStack {
  readonly images: ImageSource;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { name, account, region, pullAccounts, protection, imageRepository, repository } = environment;
    const isHere = repository.account === account && repository.region === region;
    // The provider of this stack reads this account and region; of a repository elsewhere, names are enough.
    const images =
      imageRepository === undefined
        ? new ImageRepository(this, "images", { name, pullAccounts, protection })
        : isHere
          ? new ExistingImageRepository(this, "images", { name: imageRepository.name })
          : undefined;
    this.images = images ?? namedImages(environment);
    new TerraformOutput(this, "repository_name", { value: images?.repository.name ?? repository.name });
    new TerraformOutput(this, "repository_url", { value: this.images.repositoryUrl });
    new TerraformOutput(this, "repository_arn", { value: this.images.repositoryArn });
    new TerraformOutput(this, "registry_id", { value: images?.repository.registryId ?? repository.account });
  }
}
