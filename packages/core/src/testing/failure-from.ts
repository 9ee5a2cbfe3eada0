import { ActionFailure } from "../failure.ts";

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
