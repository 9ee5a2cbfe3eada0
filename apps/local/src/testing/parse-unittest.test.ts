import { parseUnittest } from "./parse-unittest.ts";

test("a run of Python tests counts what passed", () => {
  expect(parseUnittest("....\nRan 4 tests in 0.01s\n\nOK\n", true)).toEqual({ passed: 4, failed: 0, report: "" });
});

test("failures and errors of Python tests are told apart from what passed", () => {
  const { passed, failed, report } = parseUnittest("Ran 9 tests in 1s\n\nFAILED (failures=2, errors=1)\n", false);
  expect({ passed, failed }).toEqual({ passed: 6, failed: 3 });
  expect(report).toContain("FAILED");
});

test("a run that found no Python test, or broke before it counted, is a failure", () => {
  expect(parseUnittest("Ran 0 tests in 0.0s\n\nOK\n", true).failed).toBe(1);
  expect(parseUnittest("ModuleNotFoundError: No module named 'aws'", false).failed).toBe(1);
});
