import type { Stack } from "./stack.ts";
import type { Variables } from "./variables.ts";

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
export async function synthesize(_request: SynthesizeRequest): Promise<readonly Stack[]> {
  throw new Error("not written yet");
}
