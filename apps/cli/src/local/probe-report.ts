import { Failure } from "@slipway/core";
import { terminalMarkdown } from "../terminal/markdown.ts";
import type { ProbeCount } from "./prober.ts";

export interface ProbeReport {
  readonly markdown: string;
  /** For the terminal. */
  readonly line: string;
  /** Set when a request failed, or too few were sent to prove anything. */
  readonly failure: Failure | undefined;
}

const leastPerSecond = 20;

/** What the requests through the load balancer say about the deployments. */
export function probeReport(probes: readonly { readonly title: string; readonly count: ProbeCount }[]): ProbeReport {
  const rows = probes.map(
    ({ title, count }) =>
      `| ${title} | ${count.sent} | ${count.failed} | ${count.sent === 0 ? "-" : count.perSecond.toFixed(0)} |`,
  );
  const sum = (pick: (count: ProbeCount) => number) => probes.reduce((total, { count }) => total + pick(count), 0);
  const sent = sum((count) => count.sent);
  const failed = sum((count) => count.failed);
  const markdown = [
    "| Requests during | Sent | Failed | Per second |",
    "|---|--:|--:|--:|",
    ...rows,
    `| All | ${sent} | ${failed} | |`,
  ].join("\n");
  return { markdown, line: terminalMarkdown(markdown), failure: verdict(probes, { sent, failed }) };
}

function verdict(
  probes: readonly { readonly title: string; readonly count: ProbeCount }[],
  { sent, failed }: { sent: number; failed: number },
): Failure | undefined {
  if (failed > 0) {
    const examples = probes.flatMap(({ title, count }) => count.examples.map((example) => `${title} at ${example}`));
    return new Failure(
      `${failed} of ${sent} requests failed during deployments, and none must: ${examples.slice(0, 5).join("; ")}.`,
    );
  }
  // A deployment of a second or less is too short for a rate.
  const slow = probes.find(({ count }) => count.sent > leastPerSecond && count.perSecond < leastPerSecond);
  if (slow === undefined) return undefined;
  return new Failure(
    `at least ${leastPerSecond} requests a second must go through the load balancer, not ${slow.count.perSecond.toFixed(1)} (${slow.title})`,
    "the machine is too busy: run it again",
  );
}
