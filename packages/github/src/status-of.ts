/** HTTP status of an error that Octokit threw; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  // Octokit says 500 for what never reached GitHub.
  return typeof error.status === "number" && "response" in error && error.response ? error.status : undefined;
}
