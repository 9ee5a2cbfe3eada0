import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "@slipway/terraform";
import type { Json } from "./plan/plan-json.ts";

/** A stack's `cdk.tf.json`, as far as reports look into it. */
export interface Definition {
  readonly "//"?: { readonly metadata?: { readonly stackName?: string } };
  readonly resource?: { readonly [type: string]: { readonly [name: string]: DefinedResource } };
  readonly output?: { readonly [name: string]: { readonly value?: Json } };
  readonly variable?: { readonly [name: string]: { readonly default?: Json; readonly sensitive?: boolean } };
}

interface DefinedResource {
  readonly "//"?: { readonly metadata?: { readonly path?: string } };
  readonly lifecycle?: { readonly ignore_changes?: "all" | readonly string[] };
  readonly [attribute: string]: unknown;
}

/** Reads what a synth wrote of the stack. */
export async function readDefinition({ folder }: Pick<Stack, "folder">): Promise<Definition> {
  return JSON.parse(await readFile(join(folder, "cdk.tf.json"), "utf8"));
}
