import { tmpdir } from "node:os";
import { join } from "node:path";
import { context } from "@actions/github";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("report-drift", async ({ log, signal }) => {
  const source = {
    stacksDir: inputs.text("stacks-dir"),
    report: inputs.text("report"),
    environment: inputs.required("environment"),
    kinds: ["drift"] as const,
  };
  const rules = { patterns: inputs.lines("redact"), names: inputs.lines("hide-values") };
  const posting = { label: inputs.text("label") || "drift", post: !inputs.flag("dry-run") };
  const token = inputs.text("github-token");
  const author = inputs.text("issue-author");
  const { obtainReport } = await import("@slipway/plan-review/report/report-file");
  const { runUrl } = await import("@slipway/github/context");
  const folder = join(process.env.RUNNER_TEMP || tmpdir(), "slipway");
  const here = { folder, runUrl: runUrl(process.env), head: context.sha };
  const obtained = await obtainReport({ ...source, ...here, pr: undefined }, async () => {
    const { withEngine } = await import("@slipway/plan-review/open-engine");
    const { redactionRules } = await import("@slipway/plan-review/redact/redact-plan");
    const { planDrift } = await import("./plan-drift.ts");
    const compiled = redactionRules(rules.patterns, rules.names);
    return withEngine({ ...source, workFolder: folder, variables: process.env, log, signal }, (opened) =>
      planDrift({ ...here, opened, rules: compiled, log }),
    );
  });
  const { reportDrift } = await import("./report-drift.ts");
  const { githubContext } = await import("@slipway/github/context");
  const github = () => githubContext({ token, author, context, log, signal });
  return reportDrift(obtained.report, { ...obtained, ...posting }, { github, log });
});
