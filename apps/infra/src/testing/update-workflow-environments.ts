import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, environmentKeys } from "../environments.ts";
import { renderWorkflow } from "../render-workflow.ts";
import { workflowEnvironments } from "../workflow-environments.ts";

const github = join(__dirname, "../../../../.github");

/** Rewrites `.github/environments.json` and what derives from the environments in the workflows, before `tools/checks` reads them. */
export function updateWorkflowEnvironments(): void {
  writeFileSync(join(github, "environments.json"), `${JSON.stringify(workflowEnvironments(), null, 2)}\n`);
  const environments = environmentKeys.map((key) => environment(key));
  const workflows = readdirSync(join(github, "workflows")).map((name) => join("workflows", name));
  for (const file of [...workflows, "dependabot.yml"]) {
    const path = join(github, file);
    const text = readFileSync(path, "utf8");
    const rendered = renderWorkflow(file, text, environments);
    if (rendered !== text) writeFileSync(path, rendered);
  }
}
