import { typeErrors } from "./check.ts";

const error = (file: string, text: string) => `apps/infra/src/${file} - error TS2322: ${text}`;

test("no output of the compiler is no error", () => {
  expect(typeErrors("")).toEqual([]);
});

test("a type error is one sentence with its place", () => {
  const output = `apps/infra/src/environments.ts(14,3): error TS2322: Type 'string' is not assignable to type '"none"'.\n  Here.\n`;
  expect(typeErrors(output)).toEqual([
    `types must be right, but the compiler found apps/infra/src/environments.ts(14,3): error TS2322: Type 'string' is not assignable to type '"none"'; correct them, \`npx tsc -p .\` shows all.`,
  ]);
});

test("of many the first three are shown, and how many more there are", () => {
  const [sentence, ...others] = typeErrors(["a", "b", "c", "d", "e"].map((name) => error(name, "x")).join("\n"));
  expect(others).toEqual([]);
  expect(sentence).toContain(`${error("a", "x")}, ${error("b", "x")}, ${error("c", "x")} and 2 more; correct`);
});

test("a compiler that fails without naming an error is quoted", () => {
  expect(typeErrors("tsc ended with 134")).toEqual([expect.stringContaining("found tsc ended with 134;")]);
});
