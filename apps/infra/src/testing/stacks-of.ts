import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Synthesized } from "@slipway/testing";
import type { App } from "cdktf";
import { createApp } from "../create-app.ts";
import type { Environment } from "../environment.ts";

/** For tests: the stacks of an environment as they are written to disk. */
export function stacksOf(environment: Environment): Readonly<Record<string, Synthesized>> {
  return synthesized((outdir) => createApp(environment, outdir));
}

/** For tests: the stacks of an app, which writes to the folder it is given. */
export function synthesized(make: (outdir: string) => App): Readonly<Record<string, Synthesized>> {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    make(outdir).synth();
    const stacks = readdirSync(join(outdir, "stacks")).sort();
    const read = (stack: string) => readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
    return Object.fromEntries(stacks.map((stack) => [stack, new Synthesized(JSON.parse(read(stack)))]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
