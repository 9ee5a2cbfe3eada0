import { Token } from "cdktf";
import { literal } from "./literal.ts";

test("what looks like an expression of Terraform is written so that it is none", () => {
  expect(literal("a${b}%{c}$d%e")).toBe("a$${b}%%{c}$d%e");
});

test("a value that Terraform is to fill in stays one", () => {
  const token = Token.asString({ value: "later" });
  expect(literal(token)).toBe(token);
});
