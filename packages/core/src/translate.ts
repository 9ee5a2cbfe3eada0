import type { ActionFailure } from "./failure.ts";

/** Waits for an AWS call and turns the errors named into failures that say what to do. */
export async function translate<T>(
  call: Promise<T>,
  failures: Record<string, (error: Error) => ActionFailure | Promise<ActionFailure>>,
): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const failure = error instanceof Error ? failures[error.name] : undefined;
    throw failure && error instanceof Error ? await failure(error) : error;
  }
}
