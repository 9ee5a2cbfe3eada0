import type { StackPlan } from "@slipway/engine";
import { showPlan } from "./show-plan.ts";

const json = { format_version: "1.2", resource_changes: [], resource_drift: [{ address: "aws_vpc.a" }] };
const show = jest.fn(async () => json);
const plan = (told: Partial<StackPlan>) => ({ empty: true, drifted: false, ...told }) as StackPlan;

beforeEach(() => show.mockClear());

test("a plan that changes nothing, of a stack that nobody changed, is not asked for", async () => {
  expect(await showPlan({ show }, plan({}))).toEqual({ format_version: "1.2" });
  expect(show).not.toHaveBeenCalled();
});

test.each([{ empty: false }, { drifted: true }])("a plan that has something to tell is shown: %o", async (told) => {
  expect(await showPlan({ show }, plan(told))).toBe(json);
});

test("where drift is not asked for, it neither counts nor shows", async () => {
  expect(await showPlan({ show }, plan({ drifted: true }), { drift: false })).toEqual({ format_version: "1.2" });
  expect(await showPlan({ show }, plan({ empty: false, drifted: true }), { drift: false })).toMatchObject({
    resource_drift: [],
  });
});
