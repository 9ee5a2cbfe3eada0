import { EngineError } from "@slipway/terraform";
import { engineFailure } from "./engine-failure.ts";
import { type OpenEngineOptions, type OpenedEngine, openEngine } from "./open-engine.ts";
import { redactText } from "./redact/redact-text.ts";

/** Opens an environment's engine for some work; what the engine says of a failure as a whole is told as an action's failure. */
export async function withEngine<T>(
  options: OpenEngineOptions,
  work: (opened: OpenedEngine) => Promise<T>,
): Promise<T> {
  try {
    return await work(await openEngine(options));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw engineFailure(error, (text) => redactText(text, { known: [], patterns: [] }));
  }
}
