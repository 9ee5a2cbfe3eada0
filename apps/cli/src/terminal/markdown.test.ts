import { terminalMarkdown } from "./markdown.ts";

test("the columns of a table are aligned and its rule is gone", () => {
  const table = "| Stack | + |\n|---|--:|\n| network | 23 |\n| service | 4 |";
  expect(terminalMarkdown(table)).toBe("Stack     +\nnetwork  23\nservice   4");
});

test("a table without a heading loses the empty row", () => {
  expect(terminalMarkdown("| | |\n|---|---|\n| Revision | web:2 |")).toBe("Revision  web:2");
});

test("HTML that folds text on GitHub is left out, its text stays", () => {
  expect(terminalMarkdown("<details><summary>Last log lines</summary>\n\nboom\n</details>")).toBe(
    "Last log lines\n\nboom",
  );
});

test("an escaped bar is part of its cell", () => {
  expect(terminalMarkdown("| a | b |\n|---|---|\n| x \\| y | z |")).toBe("a      b\nx | y  z");
});

test("a code block keeps its indentation", () => {
  expect(terminalMarkdown("```\n  two\n```")).toBe("```\n  two\n```");
});

test("digests are shortened and links, which no terminal opens, are left out", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  expect(terminalMarkdown(`Image \`web@${digest}\`\n\n[Console](https://example.com/x)`)).toBe(
    "Image `web@sha256:abababababab…`",
  );
});

const plan = [
  "<details open><summary>± <code>aws_eip.nat</code></summary>",
  "",
  "```diff",
  "- domain = 1",
  "+ domain = 2",
  "```",
  "",
  "</details>",
].join("\n");

test("what a link stood between stays one list", () => {
  const run = "[run](https://example.com/x)";
  expect(terminalMarkdown(`<sub>a · ${run} · b · ${run}</sub>`)).toBe("a · b");
});

test("an open part is marked, and the fence of its diff is gone", () => {
  expect(terminalMarkdown(plan, { foldOver: 1 })).toBe("▾ ± aws_eip.nat\n  - domain = 1\n  + domain = 2");
});

test("a folded part shows its lines when they are few, else their number", () => {
  const folded = plan.replace(" open", "");
  expect(terminalMarkdown(folded, { foldOver: 2 })).toMatch(/^▾ .*\n {2}- domain = 1\n/);
  expect(terminalMarkdown(folded, { foldOver: 1 })).toBe("▸ ± aws_eip.nat (2 lines)");
});

test("in colour, a diff has GitHub's colours and headings are bold", () => {
  const [heading, , , ...diff] = terminalMarkdown(`# Plan\n\n${plan}`, { foldOver: 9, useColor: true }).split("\n");
  expect(heading).toBe("\u001b[1m# Plan\u001b[22m");
  expect(diff).toEqual(["  \u001b[31m- domain = 1\u001b[39m", "  \u001b[32m+ domain = 2\u001b[39m"]);
});

test("a warning has its sign, and what was escaped for Markdown is as it was meant", () => {
  expect(terminalMarkdown("> [!CAUTION]\n> a\\_b is `c\\_d`")).toBe("⚠ Caution\n▌ a_b is `c\\_d`");
});
