import { planLine } from "./comment-line.ts";

const named = { environment: "staging", head: "a".repeat(40), plan: "0f".repeat(32) };
const line = planLine.write(named);

test("the plan that a comment shows is named in its second line", () => {
  expect(planLine.read(`<!-- marker -->\n${line}\n## Plan`)).toEqual(named);
});

test("a line further down, or a longer one, names nothing: the text there may be anybody's", () => {
  for (const body of [
    line,
    `<!-- marker -->\n## Plan\n${line}`,
    `<!-- marker -->\n${line} x`,
    `<!-- marker -->\nx ${line}`,
  ])
    expect(planLine.read(body)).toBeUndefined();
});
