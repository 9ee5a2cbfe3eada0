import { shortHash } from "./short-hash.ts";

/** A name that fits: one that is too long is cut and ends in a hash of the whole, so that two long names stay apart. */
export function shortName(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  return `${name.slice(0, maxLength - 7).replace(/-+$/, "")}-${shortHash(name)}`;
}
