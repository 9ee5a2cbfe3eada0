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

const secret = "hunter2-is-my-password";

test.each([
  ["a pair without a name", () => inputs.pairs("my-input"), "=x", "line 1"],
  ["a pair without a sign", () => inputs.pairs("my-input"), `A=1\nSECRET ${secret}`, "line 2"],
  ["an empty required input", () => inputs.required("my-input"), "", ""],
  ["a flag that is neither true nor false", () => inputs.flag("my-input"), "yes", "yes"],
  ["a flag that is a secret", () => inputs.flag("my-input"), secret, "22 characters"],
  ["a number out of range", () => inputs.integer("my-input", { min: 1, max: 60 }), "61", "61"],
  ["a number that is a secret", () => inputs.integer("my-input", { min: 1, max: 60 }), secret, "22 characters"],
  ["a command that is no list", () => inputs.words("my-input"), `run -p ${secret}`, "29 characters"],
  ["a command of something else than words", () => inputs.words("my-input"), "[1]", "3 characters"],
  ["an empty command", () => inputs.words("my-input"), "[]", "2 characters"],
  ["a number that is not whole", () => inputs.integer("my-input", { min: 1, max: 60 }), "1.5", "1.5"],
])("%s is refused with its name, and never with a secret", async (_, read, value, shown) => {
  set(value);
  const failure = await failureFrom(read);
  expect(failure.reason).toBe("input-invalid");
  expect(failure.message).toContain(`Input \`my-input\` (${shown}) must`);
  expect(failure.message).not.toContain("hunter2");
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
