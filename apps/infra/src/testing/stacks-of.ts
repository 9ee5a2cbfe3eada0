import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Synthesized } from "@slipway/testing";
import { createApp } from "../create-app.ts";
import type { Environment } from "../environment.ts";

/** For tests: the stacks of an environment as they are written to disk. */
export function stacksOf(environment: Environment): Readonly<Record<string, Synthesized>> {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    createApp(environment, outdir).synth();
    const stacks = readdirSync(join(outdir, "stacks")).sort();
    const read = (stack: string) => readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
    return Object.fromEntries(stacks.map((stack) => [stack, new Synthesized(JSON.parse(read(stack)))]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
