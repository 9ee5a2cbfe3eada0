import { StateBackend } from "@slipway/pipeline";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The bucket of all states of an environment, its own among them; `bootstrap` applies it, and a destroy leaves it. */
export class StateStack extends BaseStack {
  readonly states: StateBackend;

  constructor(scope: Construct, id: string, environment: Environment, bucketName: string) {
    super(scope, id, environment);
    this.states = new StateBackend(this, "states", { bucketName });
    // Read by apply-plan, which leaves it alone.
    new TerraformOutput(this, "applied_by", { value: "bootstrap" });
    new TerraformOutput(this, "bucket", { value: this.states.bucket.bucket });
    new TerraformOutput(this, "plan_prefix", { value: this.states.planPrefix });
  }
}
