export type { ActionContext, ActionResult } from "./action.ts";
export { type AwsClientConfig, awsClientConfig, clientOptions, type Variables } from "./aws-client.ts";
export { mapAwsErrors, toFailure } from "./aws-errors.ts";
export { withCommit } from "./commit-argument.ts";
export {
  ActionFailure,
  type ActionFailureDetails,
  Failure,
  type FailureDetails,
  type FailureReason,
} from "./failure.ts";
export { sha256 } from "./hash.ts";
export { type PolicyStatement, policy, type RolePlacement, type Statement, statement } from "./iam-policy.ts";
export type { Log } from "./log.ts";
export { markdown } from "./markdown.ts";
export { redactText, type TextRules } from "./redact/redact-text.ts";
export { logText, safeText } from "./redact/safe-text.ts";
export { duration, pause, pollDelay } from "./time.ts";
