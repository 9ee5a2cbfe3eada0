import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createApp } from "./create-app.ts";
import { environment } from "./environments.ts";

/** `node dist/synth.cjs <environment> [--outdir DIR]`: writes the Terraform JSON of every stack, without network or AWS. */
function main([, script = "", key = "", ...rest]: readonly string[]): void {
  const found = environment(key, process.env.SLIPWAY_OVERLAY || undefined);
  const outdir = outdirOf(rest) ?? join(dirname(script), "..", "cdktf.out", key);
  // A stack that is no more must not stay behind.
  rmSync(join(outdir, "stacks"), { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  createApp(found, outdir).synth();
}

function outdirOf(rest: readonly string[]): string | undefined {
  const [flag, folder] = rest;
  if (flag === undefined) return undefined;
  if (flag !== "--outdir" || folder === undefined || rest.length > 2) {
    throw new Error(`arguments (${rest.join(" ")}) must be --outdir and a folder; leave them out for cdktf.out.`);
  }
  return resolve(folder);
}

try {
  main(process.argv);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
