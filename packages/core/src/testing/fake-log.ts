import { ActionFailure } from "../failure.ts";
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

/** The failure that the work ends in; anything else fails the test. */
export async function failureFrom(work: () => unknown): Promise<ActionFailure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ActionFailure) return error;
    throw error;
  }
  throw new Error("The work must fail, and did not.");
}
