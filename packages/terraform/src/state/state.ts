/** A state, as far as it is read here. */
export interface State {
  /** Grows with each write. */
  readonly serial: number;
  /** Names the history that `serial` counts in. */
  readonly lineage: string;
  /** Addresses of what is managed, data sources aside. */
  readonly resources: readonly string[];
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
    readonly instances?: readonly { readonly index_key?: string | number }[];
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
  const outputs = Object.entries(json.outputs ?? {});
  return {
    serial: json.serial ?? 0,
    lineage: json.lineage ?? "",
    resources: managed.flatMap(({ module, type, name, instances = [] }) =>
      instances.map(({ index_key: key }) => {
        const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
        return `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`;
      }),
    ),
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
    sensitiveOutputs: outputs.flatMap(([name, { sensitive }]) => (sensitive === true ? [name] : [])),
  };
}
