import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../../environment/synthesize.ts";
import { type Figure, measureCommand, median } from "./measure.ts";

/** Synthesis of production by the bundle under plain node, median of 7. */
export async function benchSynth(root: string): Promise<readonly Figure[]> {
  const outdir = mkdtempSync(join(tmpdir(), "slipway-bench-synth-"));
  try {
    await synthesize({ root, environment: "production", outdir, variables: process.env });
    const program = ["apps/infra/dist/synth.cjs", "production", "--outdir", outdir];
    const runs = Array.from({ length: 7 }, () => measureCommand({ arguments: program, cwd: root }));
    return [
      {
        what: "synth of an environment, CPU",
        value: median(runs.map((run) => run.cpuSeconds)),
        unit: "s",
        limit: 0.35,
      },
      {
        what: "synth of an environment, memory",
        value: median(runs.map((run) => run.peakMegabytes)),
        unit: "MB",
        limit: 110,
      },
    ];
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
