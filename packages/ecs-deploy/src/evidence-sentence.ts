import type { Evidence } from "./diagnostics.ts";
import { tellingLine } from "./telling-line.ts";

/** ``3 tasks: `web` exit 1 "ImproperlyConfigured: …"``; empty when no task stopped. */
export function evidenceSentence({ groups }: Evidence): string {
  const parts = groups.map(({ count, container, exitCode, reason, lines }) => {
    const exit = exitCode === "" ? reason : `exit ${exitCode}`;
    // A container stopped from outside (health checks) has its cause in the reason, not in its log.
    const isStopped = exitCode === "" || exitCode === "0" || exitCode === "137" || exitCode === "143";
    const said = isStopped ? (exitCode === "" ? "" : reason) : tellingLine(lines);
    return `${count} ${count === 1 ? "task" : "tasks"}: \`${container}\` ${exit}${said && ` "${said}"`}`;
  });
  return parts.join("; ");
}
