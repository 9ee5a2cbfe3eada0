import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "@slipway/core";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import type { Stack } from "@slipway/terraform";
import { unzipSync } from "fflate";

/** More than any synthesized stack has; a plan file could claim any size. */
const largest = 64 * 1024 * 1024;

/**
 * Describes what in a plan file does not come from the stack's definition; undefined if nothing does. Terraform applies a plan file with
 * the configuration inside it, so that anyone who can store plans could change that configuration.
 */
export function findTampering(stack: Stack, file: Uint8Array, json: PlanJson): string | undefined {
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(file, {
      filter: ({ name, originalSize }) => name.startsWith("tfconfig/") && originalSize < largest,
    });
  } catch {
    return "it is no plan file";
  }
  const { "tfconfig/modules.json": _, "tfconfig/m-/cdk.tf.json": definition, ...others } = parts;
  const [other] = Object.keys(others);
  if (other !== undefined) return `it has a part of its own, ${other.replace("tfconfig/m-/", "")}`;
  if (definition === undefined || sha256(definition) !== stack.sha256) return "it was made from another definition";
  return findDeletedDefinition(stack, json);
}

interface Definition {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Terraform checks creates and updates against the definition again when it applies, but not deletes. */
function findDeletedDefinition({ folder }: Stack, { resource_changes: changes = [] }: PlanJson): string | undefined {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Definition;
  const found = changes.find(({ mode, type, name, address, deposed, change }) => {
    const block = resource[type]?.[name];
    const whole = mode !== "data" && deposed === undefined && address === `${type}.${name}`;
    if (block === undefined || "count" in block || "for_each" in block) return false;
    return whole && change.actions.join() === "delete";
  });
  return found === undefined ? undefined : `it deletes \`${found.address}\`, which the definition has`;
}
