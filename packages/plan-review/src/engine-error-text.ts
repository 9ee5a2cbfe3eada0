import type { EngineError } from "@slipway/terraform";

/** What the engine says of a failure, Terraform's excerpts of the code aside; it may quote secrets, so redact it. */
export function engineErrorText({ diagnostics, sentence }: EngineError): string {
  if (diagnostics.length === 0) return sentence;
  const told = diagnostics.map(({ summary, detail, address }) =>
    [`Error: ${summary}`, detail.trim(), address === undefined ? "" : `  with ${address}`]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
  return told.join("\n\n");
}
