import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "./engine-error.ts";
import type { Backend, Stack, StackRead } from "./stack.ts";

interface RemoteState {
  readonly backend: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

interface StackJson {
  readonly terraform?: {
    readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers?: { readonly aws?: { readonly version?: string } };
  };
  readonly data?: { readonly terraform_remote_state?: Readonly<Record<string, RemoteState>> };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Source {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
  readonly json: StackJson;
}

/** Reads the stacks that a synth wrote to `outdir`, sorted by name. */
export function readStacks(outdir: string): readonly Stack[] {
  const root = join(outdir, "stacks");
  const names = existsSync(root) ? readdirSync(root).sort() : [];
  if (names.length === 0) throw new EngineError(`outdir (${outdir}) must hold synthesized stacks`, "run synth first");
  const sources = names.map((name): Source => {
    const folder = join(root, name);
    const text = readFileSync(join(folder, "cdk.tf.json"), "utf8");
    return { name, folder, text, json: JSON.parse(text) as StackJson };
  });
  // A remote state names no stack; its location equals the backend of the stack it reads.
  const owners = new Map(sources.flatMap(({ name, json }) => stateLocations(json).map((location) => [location, name])));
  return sources.map((source) => stackOf(source, owners));
}

function stackOf({ name, folder, text, json }: Source, owners: ReadonlyMap<string, string>): Stack {
  const reads = readsOf(name, text, json, owners);
  return {
    name,
    folder,
    sha256: createHash("sha256").update(text).digest("hex"),
    upstreams: [...new Set(reads.map(({ upstream }) => upstream))].sort(),
    reads,
    resourceCount: Object.values(json.resource ?? {}).reduce((sum, each) => sum + Object.keys(each).length, 0),
    awsProvider: json.terraform?.required_providers?.aws?.version ?? "",
    backend: backendOf(name, json),
  };
}

function backendOf(name: string, json: StackJson): Backend {
  const [type, config] = Object.entries(json.terraform?.backend ?? {})[0] ?? ["none", {}];
  const text = (field: string) => String(config[field] ?? "");
  if (type === "local") return { type, path: text("path") };
  if (type === "s3") return { type, bucket: text("bucket"), key: text("key"), region: text("region") };
  throw new EngineError(`backend (${type}) of stack ${name} must be local or s3`, "change it where the stack is made");
}

function readsOf(name: string, text: string, json: StackJson, owners: ReadonlyMap<string, string>): StackRead[] {
  const found = new Map<string, StackRead>();
  for (const [id, state] of Object.entries(json.data?.terraform_remote_state ?? {})) {
    const upstream = owners.get(stateLocation(state.backend, state.config ?? {}));
    if (upstream === undefined) {
      throw new EngineError(
        `stack ${name} reads a state (${id}) that must belong to a stack of the same synth`,
        "check its backend",
      );
    }
    for (const [, output] of text.matchAll(
      new RegExp(`data\\.terraform_remote_state\\.${id}\\.outputs\\.([\\w-]+)`, "g"),
    )) {
      if (output !== undefined) found.set(`${upstream}.${output}`, { upstream, output });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, read]) => read);
}

function stateLocations(json: StackJson): string[] {
  return Object.entries(json.terraform?.backend ?? {}).map(([type, config]) => stateLocation(type, config));
}

function stateLocation(type: string, config: Readonly<Record<string, unknown>>): string {
  return [type, config.path, config.bucket, config.key].join(" ");
}
