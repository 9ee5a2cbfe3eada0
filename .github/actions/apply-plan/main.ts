import { tmpdir } from "node:os";
import { join } from "node:path";
import { context } from "@actions/github";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";
import { planId, pushedCommits } from "./input.ts";

void run("apply-plan", async ({ log, signal }) => {
  const { payload, repo, runId, serverUrl } = context;
  const input = {
    environment: inputs.required("environment"),
    stacksDir: inputs.required("stacks-dir"),
    uncheckedStacks: inputs.flag("unchecked-stacks"),
    plan: planId(inputs.text("plan")),
    commit: inputs.text("commit") || context.sha,
    pushed: pushedCommits(context.eventName, payload),
    branch: payload.repository?.default_branch ?? context.ref.replace(/^refs\/heads\//, ""),
    allowDestroy: inputs.list("allow-destroy"),
    allowDestroyLabel: inputs.text("allow-destroy-label") || "allow-destroy",
    redact: inputs.lines("redact"),
    hideValues: inputs.lines("hide-values"),
    dryRun: inputs.flag("dry-run"),
    workFolder: join(process.env.RUNNER_TEMP || tmpdir(), "slipway"),
    runUrl: runId ? `${serverUrl}/${repo.owner}/${repo.repo}/actions/runs/${runId}` : "",
  };
  const token = inputs.text("github-token");
  const author = inputs.text("comment-author");
  const { applyPlan } = await import("./apply-plan.ts");
  const { githubContext } = await import("@slipway/github/context");
  const github = () => githubContext({ token, author, context, log, signal });
  return applyPlan(input, { github, runId: runId || 0, variables: process.env, log, signal });
});
