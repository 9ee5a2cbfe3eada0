import { closingReport } from "./closing-report.ts";

const record = (title: string, passed: number, failed: number, seconds: number) => ({
  title,
  passed,
  failed,
  seconds,
  report: "",
});

test("the last line holds the totals and nothing else", () => {
  const text = closingReport([record("lint", 1, 0, 2), record("unit", 40, 2, 9)], 11);
  expect(text.split("\n").at(-1)).toBe("41 passed, 2 failed");
  expect(text).toContain("Failed: unit");
});

test("the slowest come first, ten at most", () => {
  const lines = closingReport(
    Array.from({ length: 12 }, (_, index) => record(`part ${index}`, 1, 0, index)),
    66,
  ).split("\n");
  const listed = lines.filter((line) => line.includes(" s  "));
  expect(listed).toHaveLength(10);
  expect(listed[0]).toBe("   11.0 s  part 11");
});
