import { parseJest, parseUnittest } from "./parse-results.ts";

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
  expect(parseJest(report(3, 0, file), "/repo", true)).toEqual({
    passed: 3,
    failed: 0,
    pieces: [{ title: "a.test.ts", seconds: 2.5 }],
    report: "",
  });
});

test("a test file that cannot be loaded is a failure", () => {
  const broken = { ...file, status: "failed", message: "Cannot find module", assertionResults: [] };
  expect(parseJest(report(3, 0, file, broken), "/repo", false)).toMatchObject({
    failed: 1,
    report: "Cannot find module",
  });
});

test("a run without tests is a failure", () => {
  expect(parseJest(report(0, 0), "/repo", true).failed).toBe(1);
});

test("jest that ends badly without a failed test is a failure", () => {
  const { failed, report: text } = parseJest(
    report(3, 0, { ...file, status: "failed", message: "afterAll threw" }),
    "/repo",
    false,
  );
  expect({ failed, text }).toEqual({ failed: 1, text: "afterAll threw" });
});

test("a run of Python tests counts what passed", () => {
  expect(parseUnittest("....\nRan 4 tests in 0.01s\n\nOK\n", true)).toEqual({ passed: 4, failed: 0, report: "" });
});

test("failures and errors of Python tests are distinguished from what passed", () => {
  const { passed, failed, report } = parseUnittest("Ran 9 tests in 1s\n\nFAILED (failures=2, errors=1)\n", false);
  expect({ passed, failed }).toEqual({ passed: 6, failed: 3 });
  expect(report).toContain("FAILED");
});

test("a run that found no Python test, or broke before it counted, is a failure", () => {
  expect(parseUnittest("Ran 0 tests in 0.0s\n\nOK\n", true).failed).toBe(1);
  expect(parseUnittest("ModuleNotFoundError: No module named 'aws'", false).failed).toBe(1);
});
