import type { Log } from "../log.ts";

/** A log that keeps its lines. */
export function fakeLog(): Log & { readonly lines: string[]; readonly masked: string[] } {
  const lines: string[] = [];
  const masked: string[] = [];
  return {
    lines,
    masked,
    info: (line) => lines.push(line),
    warning: (text) => lines.push(`warning: ${text}`),
    mask: (secret) => masked.push(secret),
  };
}
