import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";

export interface LocalState {
  /** Addresses of what is managed, data sources aside. */
  readonly resources: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface StateJson {
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances?: readonly { readonly index_key?: string | number }[];
  }[];
}

/** Reads a local state file (`terraform output` would take half a second each time); undefined when there is none. */
export function readLocalState(path: string): LocalState | undefined {
  const json = parse(path);
  if (json === undefined) return undefined;
  const managed = (json.resources ?? []).filter(({ mode }) => mode === "managed");
  return {
    resources: managed.flatMap(({ type, name, instances = [] }) =>
      instances.map(({ index_key: key }) => `${type}.${name}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`),
    ),
    outputs: Object.fromEntries(Object.entries(json.outputs ?? {}).map(([name, { value }]) => [name, value])),
  };
}

/**
 * Terraform writes a local state in place, so a kill can leave half a file. Then the backup, which is the state before that
 * apply, takes its place; what was made since is found in AWS again. Returns what was done, for a notice.
 */
export function recoverLocalState(path: string): string | undefined {
  if (!existsSync(path) || parse(path) !== undefined) return undefined;
  const broken = `${path}.broken`;
  rmSync(broken, { force: true });
  renameSync(path, broken);
  const backup = `${path}.backup`;
  if (parse(backup) === undefined) return `its state file was cut off and set aside as ${broken}`;
  copyFileSync(backup, path);
  return `its state file was cut off and set aside as ${broken}; the backup took its place`;
}

function parse(path: string): StateJson | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as StateJson;
  } catch {
    return undefined;
  }
}
