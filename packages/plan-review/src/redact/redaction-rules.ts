import { ActionFailure } from "@slipway/core";
import type { RedactionRules } from "./redact-leaf.ts";

/** The user's own rules: regular expressions for text, globs (`*.environment.INTERNAL_*`) for attribute paths. */
export function redactionRules(patterns: readonly string[], globs: readonly string[]): Omit<RedactionRules, "known"> {
  return { patterns: patterns.map(expression), names: globs.map(glob) };
}

function expression(source: string): RegExp {
  try {
    const pattern = new RegExp(source, "g");
    // It would hide between every two letters.
    if (!pattern.test("")) return new RegExp(source, "g");
  } catch {}
  throw new ActionFailure(
    "input-invalid",
    `Input \`redact\` (${source}) must be regular expressions that match something`,
    "write one per line",
  );
}

function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`(^|\\.)${source}$`, "i");
}
