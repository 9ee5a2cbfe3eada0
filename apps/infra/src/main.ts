import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createApp } from "./create-app.ts";
import { environment } from "./environments.ts";

/**
 * `node dist/synth.cjs <environment…> [--outdir DIR]`: writes the Terraform JSON of every stack, without network or AWS; each
 * environment into a folder of its own below `cdktf.out`, or the only one into DIR.
 */
function main([, script = "", ...args]: readonly string[]): void {
  const { keys, outdir } = read(args);
  const environments = keys.map((key) => environment(key, process.env.SLIPWAY_OVERLAY || undefined));
  for (const found of environments) {
    const folder = outdir ?? join(dirname(script), "..", "cdktf.out", found.key);
    // Removes the output of stacks that no longer exist.
    rmSync(join(folder, "stacks"), { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    createApp(found, folder).synth();
  }
}

function read(args: readonly string[]): { readonly keys: readonly string[]; readonly outdir: string | undefined } {
  const at = args.indexOf("--outdir");
  if (at === -1) return { keys: args.length === 0 ? [""] : args, outdir: undefined };
  const [folder, ...more] = args.slice(at + 1);
  if (folder === undefined || more.length > 0 || at !== 1) {
    throw new Error(
      `arguments (${args.join(" ")}) must be an environment, --outdir and a folder; leave --outdir out for cdktf.out.`,
    );
  }
  return { keys: args.slice(0, at), outdir: resolve(folder) };
}

try {
  main(process.argv);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
