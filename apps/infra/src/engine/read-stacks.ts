import type { Stack } from "./stack.ts";

/** Reads the stacks that a synth wrote to `outdir`, sorted by name. */
export function readStacks(_outdir: string): readonly Stack[] {
  throw new Error("not written yet");
}
