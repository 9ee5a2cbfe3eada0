export { clientOptions } from "./aws-client.ts";
export { type AwsClientConfig, awsClientConfig } from "./aws-client-config.ts";
export { failureOf } from "./aws-errors.ts";
export {
  ActionFailure,
  type ActionFailureDetails,
  Failure,
  type FailureDetails,
  type FailureReason,
} from "./failure.ts";
export { sha256 } from "./hash.ts";
export type { PolicyStatement } from "./iam-policy.ts";
export type { Log } from "./log.ts";
export { markdown } from "./markdown.ts";
export { pause } from "./pause.ts";
export { policy, type Statement } from "./policy.ts";
export { pollDelay } from "./poll-delay.ts";
export { statement } from "./statement.ts";
export { duration } from "./time.ts";
export { translate } from "./translate.ts";
export type { Variables } from "./variables.ts";
