import { context } from "@actions/github";
import { Failure } from "../lib/failure.ts";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-plan", async ({ log, signal }) => {
  const number = inputs.integer("pr-number", { min: 1, max: 2 ** 31 }) ?? context.payload.pull_request?.number;
  const commit = inputs.text("commit");
  const comment = inputs.text("comment") || "always";
  if (comment !== "always" && comment !== "changes" && comment !== "never") {
    const what = `Input \`comment\` (${comment}) must be always, changes or never`;
    throw new Failure("input-invalid", what, "correct it under `with:`");
  }
  const input = {
    handedOver: true,
    path: inputs.required("report"),
    comment,
    target:
      number !== undefined
        ? ({ kind: "issue", number } as const)
        : commit !== ""
          ? ({ kind: "commit", sha: commit } as const)
          : undefined,
    issue: inputs.flag("issue"),
    dryRun: inputs.flag("dry-run"),
  } as const;
  const token = inputs.text("github-token");
  const author = inputs.text("comment-author");
  const environment = inputs.text("environment");
  const { readReport } = await import("../lib/report/read-report.ts");
  const { reportPlan } = await import("./report-plan.ts");
  const { githubContext } = await import("../lib/github/github-context.ts");
  const report = await readReport(input.path, { kinds: ["plan", "apply"], environment });
  const github = () => githubContext({ token, author, context, log, signal });
  return reportPlan(report, input, { github, log });
});
