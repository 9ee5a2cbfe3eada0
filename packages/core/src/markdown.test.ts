import { markdown } from "./markdown.ts";

test("text cannot break out of a table or a fence", () => {
  expect(markdown.cell("a | b\nc")).toBe("a \\| b c");
  expect(markdown.details("log", "```\n</details>")).toContain("````text\n```\n");
});
