import type { PlanJson } from "./plan-json.ts";

/** What stands for a plan that was not shown because it tells nothing. */
export const emptyPlan: PlanJson = { format_version: "1.2" };
