import { ActionFailure } from "@slipway/core";

/** The input `plan`, with or without `sha256:` before it. */
export function planId(text: string): string {
  const id = text.trim().replace(/^sha256:/, "");
  if (id === "" || /^[0-9a-f]{64}$/.test(id)) return id;
  const what = `Input \`plan\` (${text}) must be the 64 digits of a plan's SHA-256`;
  throw new ActionFailure("input-invalid", what, "copy them from the command below the plan");
}
