import { context } from "@actions/github";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-drift", async ({ log, signal }) => {
  const input = {
    handedOver: true,
    path: inputs.required("report"),
    label: inputs.text("label") || "drift",
    post: !inputs.flag("dry-run"),
  };
  const token = inputs.text("github-token");
  const author = inputs.text("issue-author");
  const environment = inputs.text("environment");
  const { readReport } = await import("../lib/report/read-report.ts");
  const { reportDrift } = await import("./report-drift.ts");
  const { githubContext } = await import("../lib/github/github-context.ts");
  const report = await readReport(input.path, { kinds: ["drift"], environment });
  const github = () => githubContext({ token, author, context, log, signal });
  return reportDrift(report, input, { github, log });
});
