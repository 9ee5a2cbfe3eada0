import { dispatchInputs } from "./dispatch-inputs.ts";

const workflow = {
  file: "x.yml",
  name: "X",
  permissions: undefined,
  jobs: {},
  on: {
    workflow_dispatch: {
      inputs: {
        environment: { type: "choice", options: ["staging", "production"], required: true },
        reason: { type: "string", required: true },
        "dry-run": { type: "boolean", default: true },
        plan: { type: "string", default: "" },
      },
    },
  },
};
const given = { environment: "staging", reason: "drill" };

test("what is not given has its default, as text", () => {
  expect(dispatchInputs(workflow, given)).toEqual({ ...given, "dry-run": "true", plan: "" });
});

test.each([
  [{ ...given, environment: "moon" }, "input environment (moon) must be one of staging, production."],
  [{ environment: "staging" }, "input reason must be given."],
  [{ ...given, "dry-run": "maybe" }, "input dry-run (maybe) must be true or false."],
  [{ ...given, when: "now" }, "input (when) must be one that x.yml declares: environment, reason, dry-run, plan."],
])("%j is refused", (inputs: Record<string, string>, message) => {
  expect(() => dispatchInputs(workflow, inputs)).toThrow(message);
});

test("a workflow without the trigger cannot be started by hand", () => {
  expect(() => dispatchInputs({ ...workflow, on: { push: null } }, given)).toThrow(
    "must have the trigger workflow_dispatch",
  );
});
