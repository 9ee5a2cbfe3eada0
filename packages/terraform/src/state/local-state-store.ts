import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { StatePart, StateStore } from "./store.ts";

export interface LocalPlaces {
  /** The state file. */
  readonly state: string;
  readonly record: string;
  readonly marker: string;
}

/** A state in a file of this machine. */
export function localStateStore({ state, record, marker }: LocalPlaces): StateStore {
  const paths: Readonly<Record<StatePart, string>> = {
    state,
    record,
    marker,
    lock: join(dirname(state), `.${basename(state)}.lock.info`),
  };
  return {
    read: async (part) => (existsSync(paths[part]) ? readFileSync(paths[part], "utf8") : undefined),

    async write(part, text) {
      const path = paths[part];
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },

    remove: async (part) => rmSync(paths[part], { force: true }),
  };
}
