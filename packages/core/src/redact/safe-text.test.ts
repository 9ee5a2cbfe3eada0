import { logText, safeText } from "./safe-text.ts";

test("what a terminal would obey is left out", () => {
  expect(
    safeText("\u001B[31mred\u001B[0m \u001B]8;;http://evil.example\u0007link\u001B]8;;\u0007\rover\u0008 \u202Eback"),
  ).toBe("red link\nover back");
});

test.each([
  "::error::x",
  "  ::add-mask::a\n::stop-commands::x",
  "##[group]x",
  "a ##[error]b",
  "\u001B[0m::error::x",
  "a\r::error::b",
])("%j is no command to the runner", (text) => {
  expect(logText(text)).not.toMatch(/^\s*::|##\[/m);
});

test("a value that was masked is hidden in any writing", () => {
  expect(safeText("a Kx9%26Qz7 b", ["Kx9&Qz7"])).toBe("a ••• b");
});

test("the command that approves a plan stays as it is, with the plan's id; a value of any other name does not", () => {
  const id = "b919c66c91b7a05ec04aad67ef8b4cc91f9ec0e1fcdba0bf40567fc4e0eb7eb7";
  const command = `gh workflow run apply.yml -f environment=staging -f plan=${id}`;
  expect(safeText(`approve it: \`${command}\`.`)).toBe(`approve it: \`${command}\`.`);
  expect(safeText(`-f b=${id}`)).not.toContain(id);
});

test("a commit stays readable as the tag of an image in a summary; in any other row it does not", () => {
  const commit = "3d3c42e5aac5ba805825da76410c181273ba90b1";
  expect(safeText(`| Tags | \`${commit}\` |`)).toBe(`| Tags | \`${commit}\` |`);
  expect(safeText(`| Answer | \`${commit}\` |`)).not.toContain(commit);
});

test("the task that ECS speaks of stays readable, so that its log can be found", () => {
  const task = "9f8c1d2e3b4a5f60718293a4b5c6d7e8";
  const event = `(service shop-web) has started 2 tasks: (task ${task}) (task ${task}).`;
  expect(safeText(event)).toBe(event);
  expect(safeText(`Last log lines of web, task ${task}`)).toContain(task);
  expect(safeText(`the multitask ${task}`)).not.toContain(task);
});
