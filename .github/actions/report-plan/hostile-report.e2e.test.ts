import { renderReport } from "@slipway/plan-review/report/render-report";
import { reportSchema, type SafeReport } from "@slipway/plan-review/report/report-schema";
import markdownIt from "markdown-it";
import { driftIssue } from "../report-drift/report-drift.ts";

// A report comes from a job that ran a pull request's code: whatever stands in it must stay text. Read here as GitHub reads Markdown.
const github = markdownIt({ html: true, linkify: true });

const hostile = [
  "</code></summary></details><img src=x onerror=alert(1)>",
  "[click](https://evil.example)",
  "![](https://evil.example/seen.png)",
  "https://evil.example/ and www.evil.example and mallory@evil.example",
  "@octo-org/everybody",
  "`` ` ``` code ```` <b>bold</b>",
  "x\n\n```\n\n# Big [click](https://evil.example)\n\n~~~\n<img src=x>",
  "<!-- slipway:manifest:v1 environment=production head=aaaaaaa plan=0 -->",
  "| a | b |\n|---|---|\n| c | d |",
  "[click]: https://evil.example\n[click]",
  "> [!WARNING]\n> *nothing* _is_ ~~here~~",
  "\\[click\\](https://evil.example) \\`<img src=x>\\`",
  "&lt;img src=x&gt; &#64;octo-org/everybody",
];

const runUrl = "https://github.com/octo-org/this-is-project/actions/runs/1";

/** A report with the text in every place that takes one. */
function reportWith(text: string, kind: SafeReport["kind"]): SafeReport {
  const attribute = { path: text, before: text, after: `${text}.`, forcesReplacement: true };
  const common = { address: text, constructPath: text, attributes: [attribute] };
  const change = { ...common, forcedBy: [text], reason: text, previousAddress: text, importId: text, putsBack: true };
  const changes = ["replace", "delete", "update", "create", "move", "unknown"].flatMap((action) =>
    ["aws_s3_bucket", "aws_route"].flatMap((type) => [
      { ...change, type, action },
      { ...change, type, action, forcedBy: [], rawAction: text, deposed: text, keepsOld: true },
    ]),
  );
  const drift = ["update", "delete"].map((action) => ({ ...common, type: "aws_vpc", action, rawAction: text }));
  const others = {
    runs: [{ address: text, trigger: text, attributes: [{ ...attribute, note: text }] }],
    checks: [{ name: text, what: text, messages: [text] }],
    reads: [{ address: text, reason: text }],
    unknownSections: [text],
  };
  const plan = { changes, outputs: [attribute], drift, hidden: 1, ...others };
  const stack = { hash: "abc", upstreamChanged: [] };
  const outcome = { status: "failed", reason: "apply-failed", what: text, next: `${text}: \`run ${text}\`` };
  return reportSchema.parse({
    version: 1,
    kind,
    environment: "production",
    head: "3d3c42e",
    runUrl,
    engine: text,
    provider: text,
    ...(kind === "apply" ? { outcome } : {}),
    stacks: [
      { ...stack, name: "web", status: "planned", plan },
      { ...stack, name: "jobs", status: "failed", error: text },
    ],
  });
}

interface Read {
  readonly links: string[];
  readonly html: string[];
  /** What GitHub looks through for names to call. */
  readonly text: string;
  readonly tags: Set<string>;
}

function read(markdown: string): Read {
  const tokens = github.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);
  const html = tokens
    .filter(({ type }) => type === "html_block" || type === "html_inline")
    .map(({ content }) => content);
  return {
    links: tokens.flatMap(({ attrs }) =>
      (attrs ?? []).flatMap(([name, value]) => (/href|src/.test(name) ? [String(value)] : [])),
    ),
    html,
    text: [...tokens.filter(({ type }) => type === "text").map(({ content }) => content), ...html]
      .join("\n")
      .replace(/<code>.*?<\/code>/gs, ""),
    tags: new Set(tokens.map(({ tag }) => tag)),
  };
}

/** The tags that the renderer writes itself. */
const ours = /<\/?(details( open)?|summary|code|b|sub)>/g;

const rendered = (report: SafeReport, limit: number) =>
  renderReport(report, { limit, measure: ({ length }) => length });

describe.each(hostile)("%j", (text) => {
  test.each(["plan", "apply"] as const)("stays text in a report of kind %s, whole and shortened", (kind) => {
    const report = reportWith(text, kind);
    const whole = rendered(report, 1_000_000);
    for (const limit of [1_000_000, whole.length - 1, Math.round(whole.length * 0.7), Math.round(whole.length * 0.5)]) {
      check(rendered(report, limit));
    }
  });

  test("stays text in the issue of a drifted stack", () => {
    const report = reportWith(text, "drift");
    for (const stack of report.stacks) check(driftIssue(report, stack)?.body ?? "");
  });
});

function check(markdown: string): void {
  const { links, html, text, tags } = read(markdown);
  expect(links.filter((link) => link !== runUrl)).toEqual([]);
  expect(html.join("").replace(ours, "")).not.toMatch(/[<>]/);
  expect(text).not.toMatch(/@\w/);
  for (const tag of ["img", "h1", "em", "s"]) expect(tags).not.toContain(tag);
}
