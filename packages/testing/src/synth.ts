import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { Synthesized } from "./synthesized.ts";

// cdktf notes a whole stack trace with every token, 40 % of a synth's time; no test reads one. `require` gives the very
// module that cdktf uses, where an import would give a copy.
require("cdktf/lib/tokens/private/stack-trace").captureStackTrace = () => [];

/** Synthesizes what `build` adds to a stack that has an AWS provider, and runs cdktf's own validations. */
export function synth(build: (scope: Construct) => void): Synthesized {
  // `outdir: "."` because App creates the folder it is given; nothing is written here.
  const stack = new TerraformStack(new App({ outdir: ".", stackTraces: false }), "test");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  build(stack);
  return new Synthesized(JSON.parse(Testing.synth(stack, true)));
}
