import { tmpdir } from "node:os";
import { join } from "node:path";
import { context } from "@actions/github";
import { ActionFailure } from "@slipway/core/failure";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-plan", async ({ log, signal }) => {
  const given = {
    number: inputs.integer("pr-number", { min: 1, max: 2 ** 31 }),
    commit: inputs.text("commit"),
    appPaths: inputs.lines("app-paths"),
  };
  const comment = inputs.text("comment") || "always";
  if (comment !== "always" && comment !== "changes" && comment !== "never") {
    const what = `Input \`comment\` (${comment}) must be always, changes or never`;
    throw new ActionFailure("input-invalid", what, "correct it under `with:`");
  }
  const source = {
    stacksDir: inputs.text("stacks-dir"),
    untrustedStacks: inputs.text("untrusted-stacks"),
    report: inputs.text("report"),
    environment: inputs.required("environment"),
  };
  const rules = { patterns: inputs.lines("redact"), names: inputs.lines("hide-values") };
  const asked = {
    comment,
    status: inputs.flag("status"),
    issue: inputs.flag("issue"),
    dryRun: inputs.flag("dry-run"),
  } as const;
  const token = inputs.text("github-token");
  const author = inputs.text("comment-author");
  const { githubContext, runUrl } = await import("@slipway/github/context");
  const clients = { github: () => githubContext({ token, author, context, log, signal }), log };
  const { readSubject } = await import("./subject.ts");
  const subject = await readSubject(context, given, clients.github);
  if (subject === undefined) return { outputs: {}, summary: "" };
  const { pr, open } = subject;
  const target =
    pr !== undefined
      ? ({ kind: "issue", number: pr } as const)
      : given.commit !== ""
        ? ({ kind: "commit", sha: given.commit } as const)
        : undefined;
  const folder = join(process.env.RUNNER_TEMP || tmpdir(), "slipway");
  // Nothing is applied for one that is not merged yet.
  const kinds = open ? (["plan"] as const) : (["plan", "apply"] as const);
  const request = { ...source, ...asked, ...subject, kinds, target, folder, runUrl: runUrl(process.env) };
  const { obtainReport } = await import("@slipway/plan-review/report/report-file");
  const obtained = await obtainReport(request, async () => {
    const { planPull } = await import("./plan-pull-request.ts");
    const runAttempt = Number(process.env.GITHUB_RUN_ATTEMPT || 1);
    const of = { runId: context.runId, runAttempt, rules, variables: process.env, log, signal };
    return planPull({ ...request, ...of });
  }).catch(async (error: unknown) => {
    const { postUnplanned } = await import("./post-unplanned.ts");
    throw await postUnplanned(error, request, clients);
  });
  const { reportPlan } = await import("./report-plan.ts");
  return reportPlan(obtained.report, { ...request, ...obtained }, clients);
});
