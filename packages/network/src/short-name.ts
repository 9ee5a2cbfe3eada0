import { createHash } from "node:crypto";

/** A name that fits: one that is too long is cut and ends in a hash of the whole, so that two long names stay apart. */
export function shortName(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  return `${name.slice(0, maxLength - 7).replace(/-+$/, "")}-${shortHash(name)}`;
}

/** Six characters that stand for a text. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}
