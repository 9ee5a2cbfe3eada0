import { readFileSync } from "node:fs";
import { join } from "node:path";
import { constructPaths } from "../plan/parse-plan.ts";
import type { PlannedReport, PlannedStack } from "../report/build-report.ts";

type Stored = Omit<PlannedReport, "stacks"> & {
  readonly stacks: readonly (Omit<PlannedStack, "plan" | "constructPaths"> & { plan?: string; config?: string })[];
};

/** A fixture: `report.json` and the files that it names. */
export function readPlans(folder: string): PlannedReport {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const { stacks, ...report }: Stored = read("report.json");
  return {
    ...report,
    stacks: stacks.map(({ plan, config, ...stack }) => ({
      ...stack,
      constructPaths: config === undefined ? new Map() : constructPaths(read(config)),
      ...(plan === undefined ? {} : { plan: read(plan) }),
    })),
  };
}
