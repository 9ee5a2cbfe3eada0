import { createHash } from "node:crypto";
import { Token } from "cdktf";

/** A name that fits: one that is too long is cut and ends in a hash of the whole, so that two long names stay apart. */
export function shortName(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  return `${name.slice(0, maxLength - 7).replace(/-+$/, "")}-${shortHash(name)}`;
}

/** Six characters that stand for a text. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/** Refuses what AWS would refuse only at apply: letters, digits and single hyphens inside are allowed everywhere. */
export function checkName(prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/.test(name)) {
    throw new Error(`${prop} (${name}) must be letters, digits and single hyphens between them; rename it.`);
  }
}
