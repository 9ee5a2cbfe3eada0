import { createHash } from "node:crypto";
import type { Outputs } from "./engine.ts";
import { readLocalState } from "./local-state.ts";
import type { Stack } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";

/** What the states of an environment's stacks say. */
export interface StateReader {
  outputs(stack: Stack): Promise<Outputs | undefined>;
  resources(stack: Stack): Promise<readonly string[]>;
  /** Hash of each upstream output that `stack` reads, "absent" where there is none. */
  upstreamHashes(stack: Stack): Promise<Readonly<Record<string, string>>>;
}

interface ShownState {
  readonly values?: { readonly root_module?: { readonly resources?: readonly { address: string; mode: string }[] } };
}

/** Reads local state files directly, others through Terraform. */
export function createStateReader(
  runner: Pick<StackRunner, "workspace" | "prepare" | "read">,
  stacks: readonly Stack[],
): StateReader {
  const reader: StateReader = {
    async outputs(stack) {
      const { statePath } = runner.workspace(stack);
      if (statePath !== undefined) {
        const state = readLocalState(statePath);
        return state === undefined || state.resources.length === 0 ? undefined : state.outputs;
      }
      await runner.prepare(stack);
      const found = await runner.read<Record<string, { value: unknown }>>(stack, ["output", "-json"]);
      const entries = Object.entries(found).map(([name, { value }]) => [name, value] as const);
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    },

    async resources(stack) {
      const { statePath } = runner.workspace(stack);
      if (statePath !== undefined) return readLocalState(statePath)?.resources ?? [];
      await runner.prepare(stack);
      const shown = await runner.read<ShownState>(stack, ["show", "-json"]);
      const all = shown.values?.root_module?.resources ?? [];
      return all.filter(({ mode }) => mode === "managed").map(({ address }) => address);
    },

    async upstreamHashes(stack) {
      const hashes: Record<string, string> = {};
      for (const name of stack.upstreams) {
        const upstream = stacks.find((each) => each.name === name);
        const outputs = (upstream && (await reader.outputs(upstream))) ?? {};
        for (const { output } of stack.reads.filter((read) => read.upstream === name)) {
          hashes[`${name}.${output}`] = output in outputs ? hash(outputs[output]) : "absent";
        }
      }
      return hashes;
    },
  };
  return reader;
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
