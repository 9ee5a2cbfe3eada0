import { join } from "node:path";
import { Failure, type Variables } from "@slipway/core";
import { readStacks, type Stack } from "@slipway/terraform";
import { execa } from "execa";

export interface SynthesizeRequest {
  /** Root folder of the repository. */
  readonly root: string;
  /** Key of the environment, e.g. "local". */
  readonly environment: string;
  /** Where the stacks are written; default `apps/infra/cdktf.out/<environment>`. */
  readonly outdir?: string;
  /** Value for SLIPWAY_OVERLAY. */
  readonly overlay?: string;
  readonly variables: Variables;
}

/** Bundles `apps/infra/src/main.ts`, runs the bundle under plain node and reads the stacks it wrote. */
export async function synthesize(request: SynthesizeRequest): Promise<readonly Stack[]> {
  const { root, environment, overlay, variables } = request;
  const infra = join(root, "apps", "infra");
  const outdir = request.outdir ?? join(infra, "cdktf.out", environment);
  const bundle = await bundleMain(infra);
  const { SLIPWAY_OVERLAY: _, ...rest } = variables;
  const result = await execa(process.execPath, [bundle, environment, "--outdir", outdir], {
    cwd: infra,
    env: overlay === undefined ? rest : { ...rest, SLIPWAY_OVERLAY: overlay },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
  });
  if (result.exitCode !== 0) {
    throw new Failure(result.stderr?.trim() || `synth of ${environment} ended with code ${result.exitCode}.`);
  }
  return readStacks(outdir);
}

/** Runs the package's build script, so that the bundle is built in one way only. */
async function bundleMain(infra: string): Promise<string> {
  const { exitCode, stderr } = await execa(process.execPath, ["build.js"], {
    cwd: infra,
    stdin: "ignore",
    reject: false,
  });
  if (exitCode !== 0) throw new Failure(`apps/infra must compile; the build said: ${stderr.trim()}`);
  return join(infra, "dist", "synth.cjs");
}
