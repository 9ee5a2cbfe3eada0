import { relative } from "node:path";
import type { PartResult } from "./part.ts";

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

/** Reads what `jest --json` wrote. A file that could not even be loaded counts as one failed test. */
export function parseJest(json: string, root: string): PartResult {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(json) as JestReport;
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const nothing = numPassedTests + numFailedTests + broken.length === 0 ? 1 : 0;
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length + nothing,
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
