import { environment } from "@slipway/core/testing/environment";
import { failureFrom } from "@slipway/core/testing/fake-log";
import { inputs } from "./inputs.ts";

const set = (value: string) => {
  environment["INPUT_MY-INPUT"] = value;
};
afterAll(() => {
  delete environment["INPUT_MY-INPUT"];
});

test("lists are separated by lines or commas", () => {
  set(" a, b\n\n c ");
  expect(inputs.list("my-input")).toEqual(["a", "b", "c"]);
});

test("pairs keep all that follows the first equals sign", () => {
  set("# comment\nA=1=2\n\nB=");
  expect(inputs.pairs("my-input")).toEqual([
    ["A", "1=2"],
    ["B", ""],
  ]);
});

test.each([
  ["a pair without a name", () => inputs.pairs("my-input"), "=x"],
  ["an empty required input", () => inputs.required("my-input"), ""],
  ["a flag that is neither true nor false", () => inputs.flag("my-input"), "yes"],
  ["a number out of range", () => inputs.integer("my-input", { min: 1, max: 60 }), "61"],
  ["a command that is no list", () => inputs.words("my-input"), "python manage.py migrate"],
  ["a command of something else than words", () => inputs.words("my-input"), "[1]"],
  ["an empty command", () => inputs.words("my-input"), "[]"],
  ["a number that is not whole", () => inputs.integer("my-input", { min: 1, max: 60 }), "1.5"],
])("%s is refused with its name and value", async (_, read, value) => {
  set(value);
  const failure = await failureFrom(read);
  expect(failure.reason).toBe("input-invalid");
  expect(failure.message).toContain(`Input \`my-input\` (${value}) must`);
});

test("a command is a JSON list of words, or none", () => {
  set('["sh", "-c", "a b"]');
  expect(inputs.words("my-input")).toEqual(["sh", "-c", "a b"]);
  set("");
  expect(inputs.words("my-input")).toBeUndefined();
});

test("an empty number is none, an empty flag is false", () => {
  set("");
  expect(inputs.integer("my-input", { min: 1, max: 2 })).toBeUndefined();
  expect(inputs.flag("my-input")).toBe(false);
});
