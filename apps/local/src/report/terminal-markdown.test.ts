import { terminalMarkdown } from "./terminal-markdown.ts";

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
