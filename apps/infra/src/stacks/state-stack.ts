import { StateBackend } from "@slipway/pipeline";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The S3 bucket of all Terraform states of an environment, including this stack's own. `bootstrap` applies it and destroy keeps it. */
export class StateStack extends BaseStack {
  readonly states: StateBackend;

  constructor(scope: Construct, id: string, environment: Environment, bucketName: string) {
    super(scope, id, environment);
    this.states = new StateBackend(this, "states", { bucketName });
    // apply-plan reads this output and skips the stack.
    new TerraformOutput(this, "applied_by", { value: "bootstrap" });
    new TerraformOutput(this, "bucket", { value: this.states.bucket.bucket });
    new TerraformOutput(this, "promise_prefix", { value: this.states.promisePrefix });
  }
}
