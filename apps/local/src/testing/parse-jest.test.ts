import { parseJest } from "./parse-jest.ts";

const file = {
  name: "/repo/a.test.ts",
  status: "passed",
  message: "",
  startTime: 1000,
  endTime: 3500,
  assertionResults: [{}],
};

function report(numPassedTests: number, numFailedTests: number, ...testResults: object[]): string {
  return JSON.stringify({ numPassedTests, numFailedTests, testResults });
}

test("jest's counts and the time of each file are read", () => {
  expect(parseJest(report(3, 0, file), "/repo")).toEqual({
    passed: 3,
    failed: 0,
    pieces: [{ title: "a.test.ts", seconds: 2.5 }],
    report: "",
  });
});

test("a test file that cannot be loaded is a failure", () => {
  const broken = { ...file, status: "failed", message: "Cannot find module", assertionResults: [] };
  expect(parseJest(report(3, 0, file, broken), "/repo")).toMatchObject({ failed: 1, report: "Cannot find module" });
});

test("a run without tests is a failure", () => {
  expect(parseJest(report(0, 0), "/repo").failed).toBe(1);
});
