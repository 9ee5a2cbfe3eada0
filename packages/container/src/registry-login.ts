import type { Statement } from "@slipway/core";

/** The login is to a registry, not to a repository: IAM knows no narrower resource. */
export const registryLogin: Statement = {
  Sid: "Login",
  Effect: "Allow",
  Action: ["ecr:GetAuthorizationToken"],
  Resource: "*",
};
