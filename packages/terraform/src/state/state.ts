import { createHash } from "node:crypto";
import type { Outputs } from "../options.ts";
import type { Stack } from "../stack.ts";
import { type LockInfo, parseLock } from "./lock.ts";
import type { StateStore } from "./store.ts";

/** A state, as far as it is read here. */
export interface State {
  /** Grows with each write. */
  readonly serial: number;
  /** Names the history that `serial` counts in. */
  readonly lineage: string;
  /** Addresses of what is managed, data sources aside. */
  readonly resources: readonly string[];
  /** Id in AWS by address. */
  readonly ids: Readonly<Record<string, string>>;
  /** By name, sensitive ones included: never print them as a whole. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that are marked sensitive. */
  readonly sensitiveOutputs: readonly string[];
}

interface StateJson {
  readonly serial?: number;
  readonly lineage?: string;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
  readonly resources?: readonly {
    readonly module?: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances?: readonly {
      readonly index_key?: string | number;
      readonly attributes?: { readonly id?: unknown };
    }[];
  }[];
}

/** Reads a state's JSON (format 4, that of Terraform since 0.12); undefined when it is cut off. */
export function parseState(text: string): State | undefined {
  let json: StateJson;
  try {
    json = JSON.parse(text) as StateJson;
  } catch {
    return undefined;
  }
  const managed = (json.resources ?? []).filter(({ mode }) => mode === "managed");
  const instances = managed.flatMap(({ module, type, name, instances: each = [] }) =>
    each.map(({ index_key: key, attributes }) => {
      const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
      return { address: `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`, id: attributes?.id };
    }),
  );
  const outputs = Object.entries(json.outputs ?? {});
  return {
    serial: json.serial ?? 0,
    lineage: json.lineage ?? "",
    resources: instances.map(({ address }) => address),
    ids: Object.fromEntries(instances.flatMap(({ address, id }) => (typeof id === "string" ? [[address, id]] : []))),
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
    sensitiveOutputs: outputs.flatMap(([name, { sensitive }]) => (sensitive === true ? [name] : [])),
  };
}

/** Reads the states of an environment's stacks. */
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
      // A stack that only looks up has outputs and no resources; what was destroyed has neither.
      const isThere = state !== undefined && (state.resources.length > 0 || Object.keys(state.outputs).length > 0);
      return isThere ? state.outputs : undefined;
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
