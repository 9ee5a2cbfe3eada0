import { markdown } from "./markdown.ts";

test("text cannot break out of a table or a fence", () => {
  expect(markdown.cell("a | b\nc")).toBe("a \\| b c");
  expect(markdown.details("log", "```\n</details>")).toContain("````text\n```\n");
});

/** What is left of a text when its code is taken away and what is escaped as well. */
function live(text: string): string {
  return text.replace(/\\[^A-Za-z0-9\s]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "x");
}

const hostile = [
  "@octo-org/admins",
  "a@octo-org",
  "mail admin@example.com",
  "![x](http://evil.example/x)",
  "[x](http://evil.example/x)",
  "[x]: http://evil.example",
  '<img src="http://evil.example/p.png">',
  "<!-- x",
  "http://evil.example/x",
  "www.evil.example",
  "GH-1",
  "(@octo-org).",
  "((@octo-org))",
  "(http://evil.example/x)",
  "(a)@x(b)",
  "gh-12,",
  "#2",
  "octo/repo#2",
  "octo/repo@3d3c42e",
  "3d3c42e5aac5ba805825da76410c181273ba90b1",
  "# heading",
  "a\n# heading",
  "a\n---",
  "a\n===",
  "- item",
  "1. item",
  "    code",
  "> quote",
  "| a | b |",
  "**bold** _it_ ~~no~~",
  "```@x`",
  "`@x``",
  "``` @x",
  "`a`@x`b`@y",
  "`@x",
  "a ` @x ` @y",
  "\\@x \\`@y\\`",
  "$x$",
  "&lt;img&gt;",
];

test.each(hostile)("nothing in %j means anything", (text) => {
  const signs = /@|:\/\/|www\.|#|GH-\d|[*_~<>|$&]|!?\[|^(\s*)([-+=]|\d+[.)]) *|\b[0-9a-f]{7,}\b|^ {4}/im;
  for (const shown of [
    markdown.prose(text),
    markdown.cell(text),
    markdown.prose(`Task \`web\` said "${text}" and \`left\``),
  ]) {
    expect(live(shown)).not.toMatch(signs);
  }
});

test("code of ours stays code beside what is not ours", () => {
  expect(markdown.prose('3 tasks: `web` exit 1 "@all"')).toBe('3 tasks: `web` exit 1 `"@all"`');
  expect(markdown.prose("Image (shop@sha256:00ff), which")).toBe("Image (`shop@sha256:00ff`), which");
  expect(markdown.cell("(shop@sha256:00ff)")).toBe("(`shop@sha256:00ff`)");
  expect(markdown.prose("plain words, and a path/to/it (1.5)")).toBe("plain words, and a path/to/it (1.5)");
});
