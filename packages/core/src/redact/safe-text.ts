import { stripVTControlCharacters } from "node:util";
import { redactText } from "./redact-text.ts";

/**
 * The door through which text leaves a process: what containers, images, AWS, docker and people wrote is shown without
 * secrets, and without what a terminal or the runner's log would obey.
 */
export function safeText(text: string, secrets: readonly string[] = []): string {
  return redactText(printable(text), { known: secrets, patterns: [] });
}

const invisible = /(?![\n\t])\p{Cc}|[\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Colours, cursor movements and letters that turn the direction of a line are left out, line breaks and tabs are not. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, "\n").replace(invisible, "");
}

/** Lines for the runner's log, in which nothing is a command to it (`::error::`, `##[group]`). */
export function logText(text: string, secrets: readonly string[] = []): string {
  return safeText(text, secrets)
    .replace(/^(\s*):(?=:)/gm, "$1·:")
    .replaceAll("##[", "#·[");
}
