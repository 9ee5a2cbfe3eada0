import { Token } from "cdktf";
import { literal, secretReference } from "./container-definition.ts";

test("what looks like an expression of Terraform is written so that it is none", () => {
  expect(literal("a${b}%{c}$d%e")).toBe("a$${b}%%{c}$d%e");
});

test("a value that Terraform is to fill in stays one", () => {
  const token = Token.asString({ value: "later" });
  expect(literal(token)).toBe(token);
});

test("a parameter is read by its own ARN", () => {
  const arn = "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/web/SECRET_KEY";
  expect(secretReference("SECRET_KEY", arn)).toEqual({ valueFrom: arn, action: "ssm:GetParameters", resource: arn });
});

test("one key of a secret is read with the right to the secret", () => {
  const secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-AbCdEf";
  expect(secretReference("PASSWORD", `${secret}:password::`)).toEqual({
    valueFrom: `${secret}:password::`,
    action: "secretsmanager:GetSecretValue",
    resource: secret,
  });
});

test.each([
  "arn:aws:ssm:eu-west-1:111111111111:parameter/*",
  "arn:aws:ssm:eu-west-1:111111111111:parameter//shop/web/KEY",
  "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-*",
  "/shop/web/SECRET_KEY",
  "arn:aws:s3:::bucket",
])("%s names no single secret", (arn) => {
  expect(() => secretReference("KEY", arn)).toThrow(
    `secrets.KEY (${arn}) must be the whole ARN of an SSM parameter or a Secrets Manager secret, without wildcards; give the name's ARN, never a value.`,
  );
});
