import { MediaBucket } from "@slipway/container";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/**
 * The bucket for uploads of every service with `media`. A stack of its own, because it outlives each of them: load balancer and services
 * can be destroyed and made anew beside it, and a service that no longer says `media` takes nothing with it.
 */
export class MediaStack extends BaseStack {
  readonly media: MediaBucket;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { name, account, protection } = environment;
    this.media = new MediaBucket(this, "media", { name, account, protection });
    new TerraformOutput(this, "media_bucket", { value: this.media.bucketName });
  }
}
