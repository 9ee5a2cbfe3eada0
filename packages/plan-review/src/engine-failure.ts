import { ActionFailure } from "@slipway/core";
import type { EngineError } from "@slipway/terraform";

/** The failure for an error of the engine without a more specific one; `redact` removes secrets from Terraform's message. */
export function engineFailure(error: EngineError, redact: (text: string) => string): ActionFailure {
  const details = { cause: error };
  if (error.reason === "interrupted") {
    return new ActionFailure("interrupted", "Terraform was interrupted", "run again", details);
  }
  const what = `Terraform could not do its work (${redact(engineReason(error))})`;
  return new ActionFailure("engine-failed", what, "correct what the message names, then run again", details);
}

/** What is known of the cause, else Terraform's own first reason; never its snippet of the code. It may hold values: redact it. */
export function engineReason(error: EngineError): string {
  if (error.explanation !== undefined) return error.explanation.what;
  const [first, ...more] = error.diagnostics;
  if (first === undefined) return error.sentence.trim().replace(/[.;]$/, "");
  const detail = (first.detail.split(/\n\s*\n/)[0] ?? "").replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const text = [first.address, first.summary, detail].filter((part) => part !== undefined && part !== "").join(": ");
  return more.length === 0 ? text : `${text} (and ${more.length} more)`;
}

/** What the engine says of a failure, Terraform's excerpts of the code aside; it may quote secrets, so redact it. */
export function engineErrorText({ diagnostics, sentence }: EngineError): string {
  if (diagnostics.length === 0) return sentence;
  const messages = diagnostics.map(({ summary, detail, address }) =>
    [`Error: ${summary}`, detail.trim(), address === undefined ? "" : `  with ${address}`]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
  return messages.join("\n\n");
}
