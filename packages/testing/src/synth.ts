import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { Synthesized } from "./synthesized.ts";

/** Synthesizes what `build` adds to a stack that has an AWS provider, and runs cdktf's own validations. */
export function synth(build: (scope: Construct) => void): Synthesized {
  // `outdir: "."` because App creates the folder it is given; nothing is written here.
  const stack = new TerraformStack(new App({ outdir: ".", stackTraces: false }), "test");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  build(stack);
  return new Synthesized(JSON.parse(Testing.synth(stack, true)));
}
