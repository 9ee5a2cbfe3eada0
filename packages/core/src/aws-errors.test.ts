import { toFailure } from "./aws-errors.ts";
import { awsError } from "./testing/aws-error.ts";

test.each([
  ["access-denied", awsError("AccessDeniedException", "User is not authorized to perform: ecs:UpdateService")],
  ["credentials-missing", awsError("ExpiredTokenException")],
  ["credentials-missing", awsError("CredentialsProviderError", "Could not load credentials from any providers")],
  ["aws-throttled", awsError("ThrottlingException")],
  ["aws-unreachable", Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" })],
  ["aws-error", awsError("InvalidParameterException", "Invalid")],
  ["unexpected", new TypeError("x is not a function")],
])("%s is recognized", (reason, error) => {
  const failure = toFailure(error);
  expect(failure.reason).toBe(reason);
  expect(failure.message).toContain(error.message.split("\n")[0] ?? "");
  expect(failure.message).toMatch(/; .+\.$/);
});

test("a missing region is a setting, with its name", () => {
  expect(toFailure(new Error("Region is missing")).message).toContain("AWS_REGION");
});
