import { buildReport } from "../report/build-report.ts";
import { writeReport } from "../report/report-file.ts";
import { manyChanges } from "./many-changes.ts";

/** Plans of eight stacks as Terraform shows them. */
export const manyChangesPlans = () => manyChanges().map(({ name, plan }) => ({ name, json: JSON.stringify(plan) }));

/** What the job that plans a commit does with them: reads, redacts and writes the report for the job that posts; returns its path. */
export function writeManyChanges(
  plans: ReturnType<typeof manyChangesPlans>,
  head: string,
  folder: string,
): Promise<string> {
  const report = buildReport(
    {
      kind: "plan",
      environment: "production",
      head,
      engine: "Terraform 1.11.4",
      provider: "hashicorp/aws 5.100.0",
      stacks: plans.map(({ name, json }) => ({
        name,
        status: "planned",
        hash: "0123456789abcdef",
        constructPaths: new Map(),
        plan: JSON.parse(json),
      })),
    },
    { patterns: [], names: [] },
  );
  return writeReport(report, folder);
}
