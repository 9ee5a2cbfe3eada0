import { closingReport } from "./closing-report.ts";

const record = (title: string, passed: number, failed: number, seconds: number) => ({
  name: title.replace(" ", "-"),
  title,
  passed,
  failed,
  seconds,
  report: "",
});

test("the last line holds the totals and nothing else", () => {
  const text = closingReport([record("lint", 1, 0, 2), record("unit", 40, 2, 9)], { seconds: 11, parts: 2 });
  expect(text.split("\n").at(-1)).toBe("41 passed, 2 failed");
  expect(text).toContain("Failed: unit");
});

test("the slowest come first, ten at most", () => {
  const lines = closingReport(
    Array.from({ length: 12 }, (_, index) => record(`part ${index}`, 1, 0, index)),
    { seconds: 66, parts: 12 },
  ).split("\n");
  const listed = lines.filter((line) => line.includes(" s  "));
  expect(listed).toHaveLength(10);
  expect(listed[0]).toBe("   11.0 s  part 11");
});

test("the line before the totals says how much of the whole ran, and for how long", () => {
  const before = (seconds: number) =>
    closingReport([record("lint", 1, 0, 2)], { seconds, parts: 27 })
      .split("\n")
      .at(-2);
  expect(before(41.4)).toBe("1 of 27 parts in 41 s");
  expect(before(1500)).toBe("1 of 27 parts in 25.0 minutes");
});

test("what failed is listed by the names that run it again", () => {
  const records = [record("Unit tests", 3, 1, 1), record("Lint", 1, 0, 1)].map((one) => ({
    ...one,
    name: one.name.toLowerCase(),
  }));
  expect(closingReport(records, { seconds: 2, parts: 2 })).toContain("Failed: unit-tests\n");
});
