import type { PartResult } from "./part.ts";

/** Reads the closing lines of Python's unittest: "Ran 12 tests in 0.3s", "FAILED (failures=1, errors=2)". */
export function parseUnittest(output: string, exitedWell: boolean): PartResult {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const closing = /^FAILED \((.*)\)/m.exec(output)?.[1] ?? "";
  const count = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(closing)?.[1] ?? 0);
  const counted = count("failures") + count("errors") + count("unexpected successes");
  // Nothing ran, or it ended badly without saying what failed: that is one failure.
  const failed = counted > 0 || (exitedWell && ran > 0) ? counted : 1;
  return {
    passed: Math.max(0, ran - counted),
    failed,
    report: failed > 0 ? output.split("\n").slice(-60).join("\n") : "",
  };
}
