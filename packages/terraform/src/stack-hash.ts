import { createHash } from "node:crypto";
import type { Stack } from "./stack.ts";

/** Short name for all that a plan of the stack is made from, upstream outputs aside: its JSON, the engine, the provider. SHA-256, hex. */
export function stackHash({ sha256, awsProvider }: Stack, terraformVersion: string): string {
  return createHash("sha256").update([sha256, terraformVersion, awsProvider].join("\n")).digest("hex");
}
