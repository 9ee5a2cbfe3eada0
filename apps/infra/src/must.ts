import { z } from "zod";

/** The second half of an error; field and value are put before it. */
export function must(rule: string, remedy: string): string {
  return `must ${rule}; ${remedy}.`;
}

/** Lower-case words joined by hyphens: safe in every AWS name. */
export function kebab(rule: string, maxLength: number) {
  return z
    .string(must(rule, "give it a name"))
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, must(rule, "rename it"))
    .max(maxLength, must(rule, `shorten it to ${maxLength} characters`));
}
