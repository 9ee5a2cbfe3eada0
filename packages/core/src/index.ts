export {
  ActionFailure,
  type ActionFailureDetails,
  Failure,
  type FailureDetails,
  type FailureReason,
} from "./failure.ts";
