import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workflowEnvironments } from "../workflow-environments.ts";

/** Rewrites `.github/environments.json`, before the tests in `tools/checks` read it. */
export function updateWorkflowEnvironments(): void {
  const text = `${JSON.stringify(workflowEnvironments(), null, 2)}\n`;
  writeFileSync(join(__dirname, "../../../../.github/environments.json"), text);
}
