import { context } from "@actions/github";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-deploy", async ({ log, signal }) => {
  const input = {
    environment: inputs.required("environment"),
    service: inputs.required("service"),
    pull: inputs.integer("pr-number", { min: 1, max: 2 ** 31 }),
    digest: inputs.required("digest"),
    deployed: inputs.flag("deployed"),
    failure: inputs.text("failure"),
    failureReason: inputs.text("failure-reason"),
    revision: inputs.text("revision"),
    previousRevision: inputs.text("previous-revision"),
    rolledBack: inputs.flag("rolled-back"),
    rollback: inputs.text("rollback"),
    rollbackRevision: inputs.text("rollback-revision"),
    rollbackFailure: inputs.text("rollback-failure"),
    consoleUrl: inputs.text("console-url"),
    runUrl: `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`,
    dryRun: inputs.flag("dry-run"),
  };
  const token = inputs.text("github-token");
  const author = inputs.text("comment-author");
  const { reportDeploy } = await import("./report-deploy.ts");
  const { githubContext } = await import("@slipway/github/context");
  const github = () => githubContext({ token, author, context, log, signal });
  return reportDeploy(input, { github, log });
});
