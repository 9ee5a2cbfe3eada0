import type { StackPlan } from "@slipway/terraform";
import { isEmptyPlan, withoutIgnored } from "./drift.ts";
import type { PlanJson } from "./plan-json.ts";

test.each([
  [{ empty: true, drifted: false }, true, true],
  [{ empty: true, drifted: false, warned: true }, false, false],
  [{ empty: true, drifted: true }, true, false],
  [{ empty: true, drifted: true }, false, true],
  [{ empty: false, drifted: false }, false, false],
])("%o, where drift counts (%s), is empty: %s", (plan, drift, isEmpty) => {
  expect(isEmptyPlan(plan as StackPlan, { drift })).toBe(isEmpty);
});

const drift: PlanJson = {
  format_version: "1.2",
  resource_drift: [
    {
      address: "aws_x.y[0]",
      mode: "managed",
      type: "aws_x",
      name: "y",
      change: { actions: ["update"], before: { size: 1, tags: { A: "1" } }, after: { size: 2, tags: { A: "2" } } },
    },
  ],
};

const changed = (ignore_changes: "all" | string[]) => {
  const { resource_drift } = withoutIgnored(drift, { resource: { aws_x: { y: { lifecycle: { ignore_changes } } } } });
  return resource_drift?.[0]?.change.after;
};

test("drift in what the code ignores is left out, by attribute, by a part of it, or all of it", () => {
  expect(changed(["size"])).toEqual({ size: 1, tags: { A: "2" } });
  expect(changed(['tags["A"]'])).toEqual({ size: 2, tags: { A: "1" } });
  expect(changed("all")).toEqual({ size: 1, tags: { A: "1" } });
});

test("a resource without lifecycle keeps its drift", () => {
  expect(withoutIgnored(drift, {})).toEqual(drift);
});
