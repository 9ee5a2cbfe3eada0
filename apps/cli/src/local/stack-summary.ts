import type { StackResult } from "@slipway/terraform";

const words = { unchanged: "unchanged, not planned", "no-changes": "planned, no changes", applied: "applied" };

/** What bring-up did to the stacks, as Markdown. */
export function stackSummary(results: readonly StackResult[]): string {
  const rows = results.map(({ stack, status, plan, seconds }) => {
    const { add = 0, change = 0, destroy = 0 } = plan?.summary ?? {};
    return `| ${stack.name} | ${words[status]} | ${add} | ${change} | ${destroy} | ${seconds.toFixed(1)} s | \`${stack.sha256.slice(0, 8)}\` |`;
  });
  return ["### Stacks", "| Stack | | + | ~ | - | Time | JSON |", "|---|---|--:|--:|--:|--:|---|", ...rows].join("\n");
}
