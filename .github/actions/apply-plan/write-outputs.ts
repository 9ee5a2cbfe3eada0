import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";

/** Writes what the stacks say of themselves, `{"<stack>": {"<output>": value}}`, sensitive outputs aside; returns the path. */
export async function writeOutputs({ engine, stacks, environment }: OpenedEngine, home: string): Promise<string> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const stack of stacks) {
    const state = await engine.state(stack);
    if (state === undefined) continue;
    const shown = Object.entries(state.outputs).filter(([name]) => !state.sensitiveOutputs.includes(name));
    all[stack.name] = Object.fromEntries(shown);
  }
  const folder = join(home, environment);
  await mkdir(folder, { recursive: true });
  const path = join(folder, "outputs.json");
  await writeFile(path, `${JSON.stringify(all, null, 2)}\n`);
  return path;
}
