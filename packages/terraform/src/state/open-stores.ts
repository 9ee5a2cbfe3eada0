import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Variables } from "@slipway/core";
import type { Stack } from "../stack.ts";
import type { StackFolder } from "../workspace.ts";
import { s3StateStores } from "./s3-store.ts";
import type { StatePart, StateStore } from "./store.ts";

type StackPaths = Pick<StackFolder, "statePath" | "recordPath" | "markerPath">;

/** Opens the state of a stack where its backend says that it is. */
export function openStateStores(
  variables: Variables,
  pathsOf: (stack: Stack) => StackPaths,
): (stack: Stack) => StateStore {
  const openS3 = s3StateStores(variables);
  return (stack) => {
    if (stack.backend.type === "s3") return openS3(stack.backend);
    const { statePath = stack.backend.path, recordPath, markerPath } = pathsOf(stack);
    return localStateStore({ state: statePath, record: recordPath, marker: markerPath });
  };
}

export interface LocalPaths {
  /** The state file. */
  readonly state: string;
  readonly record: string;
  readonly marker: string;
}

/** A state in a file of this machine. */
export function localStateStore({ state, record, marker }: LocalPaths): StateStore {
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
