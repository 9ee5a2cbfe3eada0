import { relative } from "node:path";
import type { PartResult } from "./run-parts.ts";

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly unknown[];
  }[];
}

/**
 * Reads what `jest --json` wrote. A file that could not even be loaded counts as one failed test, and so does a run that ended badly
 * without a failed test: it was cut short, or an `afterAll` threw.
 */
export function parseJest(json: string, root: string, exitedWell: boolean): PartResult {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(json) as JestReport;
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const counted = numFailedTests + broken.length;
  return {
    passed: numPassedTests,
    failed: counted > 0 || (exitedWell && numPassedTests > 0) ? counted : 1,
    pieces: testResults.map(({ name, startTime, endTime }) => ({
      title: relative(root, name),
      seconds: (endTime - startTime) / 1000,
    })),
    report: testResults
      .filter(({ status }) => status === "failed")
      .map(({ message }) => message)
      .join("\n"),
  };
}

/** Reads the closing lines of Python's unittest: "Ran 12 tests in 0.3s", "FAILED (failures=1, errors=2)". */
export function parseUnittest(output: string, exitedWell: boolean): PartResult {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const closing = /^FAILED \((.*)\)/m.exec(output)?.[1] ?? "";
  const count = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(closing)?.[1] ?? 0);
  const counted = count("failures") + count("errors") + count("unexpected successes");
  // No tests, or a bad exit without a failed test, counts as one failure.
  const failed = counted > 0 || (exitedWell && ran > 0) ? counted : 1;
  return {
    passed: Math.max(0, ran - counted),
    failed,
    report: failed > 0 ? lastLines(output) : "",
  };
}

export const lastLines = (output: string) => output.split("\n").slice(-60).join("\n");
