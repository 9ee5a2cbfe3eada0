import type { ActionFailure } from "@slipway/core";

/** The job summary of a failure that brings none of its own. */
export function failureSummary(title: string, failure: ActionFailure): string {
  return `## ${title}: failed\n\n${failure.what}.\n\n**Next:** ${failure.next}.\n\nReason: \`${failure.reason}\`\n`;
}
