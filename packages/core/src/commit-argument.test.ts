import { withCommit } from "./commit-argument.ts";

const given = (dockerfile: string) => withCommit({ A: "1" }, dockerfile, "abc");

test.each([
  ["with a default", "FROM python\nARG GIT_COMMIT=unknown\nENV GIT_COMMIT=$GIT_COMMIT\n"],
  ["bare", "FROM python\r\nARG GIT_COMMIT\r\n"],
  ["in small letters, behind spaces", "FROM python\n  arg  GIT_COMMIT\n"],
  ["among others", 'FROM python\nARG B="x y" GIT_COMMIT C=2\n'],
  ["on a further line", "FROM python\nARG B=1 \\\n  # what it is built from\n  GIT_COMMIT=\nRUN true\n"],
])("the commit is given where the Dockerfile declares it: %s", (_, dockerfile) => {
  expect(given(dockerfile)).toEqual({ A: "1", GIT_COMMIT: "abc" });
});

test.each([
  ["no word of it", "FROM python\nARG COMMIT\n"],
  ["a comment", "FROM python\n# ARG GIT_COMMIT\n"],
  ["another variable", "FROM python\nARG GIT_COMMIT_SHA\nARG MY_GIT_COMMIT\n"],
  ["its value alone", 'FROM python\nARG NOTE="see GIT_COMMIT"\nARG B=GIT_COMMIT\n'],
  ["no argument", "FROM python\nENV GIT_COMMIT=unknown\n"],
])("and nowhere else: %s", (_, dockerfile) => {
  expect(given(dockerfile)).toEqual({ A: "1" });
});

test("a value that somebody gave stays", () => {
  expect(withCommit({ GIT_COMMIT: "mine" }, "ARG GIT_COMMIT", "abc")).toEqual({ GIT_COMMIT: "mine" });
});
