import { context } from "@actions/github";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-drift", async ({ log, signal }) => {
  const input = {
    plansDir: inputs.required("plans-dir"),
    label: inputs.text("label") || "drift",
    redact: inputs.lines("redact"),
    hideValues: inputs.lines("hide-values"),
    dryRun: inputs.flag("dry-run"),
  };
  const token = inputs.text("github-token");
  const author = inputs.text("issue-author");
  const { reportDrift } = await import("./report-drift.ts");
  const { githubContext } = await import("../lib/github/github-context.ts");
  const github = () => githubContext({ token, author, context, log, signal });
  return reportDrift(input, { github, log });
});
