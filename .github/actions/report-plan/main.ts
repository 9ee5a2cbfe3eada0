import { tmpdir } from "node:os";
import { join } from "node:path";
import { context } from "@actions/github";
import { ActionFailure } from "@slipway/core/failure";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-plan", async ({ log, signal }) => {
  const { pull_request: pull } = context.payload;
  const number = inputs.integer("pr-number", { min: 1, max: 2 ** 31 }) ?? pull?.number;
  const commit = inputs.text("commit");
  const comment = inputs.text("comment") || "always";
  if (comment !== "always" && comment !== "changes" && comment !== "never") {
    const what = `Input \`comment\` (${comment}) must be always, changes or never`;
    throw new ActionFailure("input-invalid", what, "correct it under `with:`");
  }
  // Nothing is applied for one that is not merged yet.
  const open = pull !== undefined && pull.merged !== true && pull.number === number;
  const source = {
    stacksDir: inputs.text("stacks-dir"),
    report: inputs.text("report"),
    environment: inputs.required("environment"),
    kinds: open ? (["plan"] as const) : (["plan", "apply"] as const),
  };
  const rules = { patterns: inputs.lines("redact"), names: inputs.lines("hide-values") };
  const posting = {
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
  const { obtainReport } = await import("@slipway/plan-review/report/report-file");
  const { runUrl } = await import("@slipway/github/context");
  const folder = join(process.env.RUNNER_TEMP || tmpdir(), "slipway");
  const head: string = open ? pull.head.sha : commit || context.sha;
  const here = { folder, runUrl: runUrl(process.env), head, pr: number };
  const { githubContext } = await import("@slipway/github/context");
  const clients = { github: () => githubContext({ token, author, context, log, signal }), log };
  const obtained = await obtainReport({ ...source, ...here }, async () => {
    const { planPull } = await import("./plan-pull-request.ts");
    const planned = { base: pull?.base.sha, runId: context.runId, runAttempt: context.runAttempt || 1 };
    return planPull({ ...source, ...here, ...planned, ...posting, rules, variables: process.env, log, signal });
  }).catch(async (error: unknown) => {
    const { postUnplanned } = await import("./post-unplanned.ts");
    throw await postUnplanned(error, { ...source, ...here, ...posting, open }, clients);
  });
  const { reportPlan } = await import("./report-plan.ts");
  return reportPlan(obtained.report, { ...obtained, ...posting }, clients);
});
