import { createHash } from "node:crypto";
import type { Outputs } from "../engine.ts";
import type { Stack } from "../stack.ts";
import { type LockInfo, parseLock } from "./lock.ts";
import { parseState, type State } from "./state.ts";
import type { StateStore } from "./store.ts";

/** What the states of an environment's stacks say. */
export interface StateReader {
  /** Undefined where there is none. */
  state(stack: Stack): Promise<State | undefined>;
  outputs(stack: Stack): Promise<Outputs | undefined>;
  resources(stack: Stack): Promise<readonly string[]>;
  /** Hash of each upstream output that `stack` reads, "absent" where there is none. */
  upstreamHashes(stack: Stack): Promise<Readonly<Record<string, string>>>;
  /** Who holds the lock; a local one counts as long as it is written down. */
  lock(stack: Stack): Promise<LockInfo | undefined>;
}

export function createStateReader(store: (stack: Stack) => StateStore, stacks: readonly Stack[]): StateReader {
  const reader: StateReader = {
    async state(stack) {
      const text = await store(stack).read("state");
      return text === undefined ? undefined : parseState(text);
    },

    async outputs(stack) {
      const state = await reader.state(stack);
      return state === undefined || state.resources.length === 0 ? undefined : state.outputs;
    },

    resources: async (stack) => (await reader.state(stack))?.resources ?? [],

    async upstreamHashes(stack) {
      const hashes: Record<string, string> = {};
      const upstreams = stacks.filter(({ name }) => stack.upstreams.includes(name));
      const outputs = new Map(
        await Promise.all(upstreams.map(async (each) => [each.name, await reader.outputs(each)] as const)),
      );
      for (const { upstream, output } of stack.reads) {
        const found = outputs.get(upstream) ?? {};
        hashes[`${upstream}.${output}`] = output in found ? hash(found[output]) : "absent";
      }
      return hashes;
    },

    async lock(stack) {
      const text = await store(stack).read("lock");
      return text === undefined ? undefined : parseLock(text);
    },
  };
  return reader;
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
