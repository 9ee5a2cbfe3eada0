import * as z from "zod";
import { must } from "./must.ts";

/** Lower-case words joined by hyphens: safe in every AWS name. */
export function kebab(rule: string, maxLength: number) {
  return z
    .string(must(rule, "give it a name"))
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, must(rule, "rename it"))
    .max(maxLength, must(rule, `shorten it to ${maxLength} characters`));
}
