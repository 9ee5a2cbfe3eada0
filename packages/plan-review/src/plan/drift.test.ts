import type { StackPlan } from "@slipway/terraform";
import { tellsNothing } from "./tells-nothing.ts";

test.each([
  [{ empty: true, drifted: false }, true, true],
  [{ empty: true, drifted: true }, true, false],
  [{ empty: true, drifted: true }, false, true],
  [{ empty: false, drifted: false }, false, false],
])("%o, where drift counts (%s), tells nothing: %s", (plan, drift, nothing) => {
  expect(tellsNothing(plan as StackPlan, { drift })).toBe(nothing);
});
