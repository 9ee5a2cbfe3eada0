import type { Failure } from "./failure.ts";

/** The job summary of a failure that brings none of its own. */
export function failureSummary(title: string, failure: Failure): string {
  return `## ${title}: failed\n\n${failure.what}.\n\n**Next:** ${failure.next}.\n\nReason: \`${failure.reason}\`\n`;
}
