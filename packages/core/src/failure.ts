export interface FailureDetails {
  /** File that holds everything the failed work printed. */
  readonly logPath?: string | undefined;
  /** Whether the message names that file. @default false */
  readonly namesLog?: boolean | undefined;
  /** Exit code of a command that ends with it. @default 1 */
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A failure for people: what is wrong, and what to do next. Without `next`, `what` is the whole message, with its own full
 * stop or as another program worded it.
 */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly what: string;
  readonly next: string | undefined;
  readonly logPath: string | undefined;
  readonly exitCode: number;
  /** The message without the path of the log. */
  readonly sentence: string;

  constructor(what: string, next?: string, { logPath, namesLog = false, exitCode = 1, cause }: FailureDetails = {}) {
    super(sentence(what, next, namesLog ? logPath : undefined), cause === undefined ? undefined : { cause });
    this.what = what;
    this.next = next;
    this.logPath = logPath;
    this.exitCode = exitCode;
    this.sentence = sentence(what, next);
  }
}

function sentence(what: string, next: string | undefined, log?: string): string {
  if (next === undefined) return log === undefined ? what : `${what}; the whole log: ${log}`;
  return log === undefined ? `${what}; ${next}.` : `${what}; ${next} (log: ${log}).`;
}

export interface ActionFailureDetails extends FailureDetails {
  /** Outputs that are known in spite of the failure. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Markdown for the job summary; without it the message is shown. */
  readonly summary?: string;
}

/** A failure of an action, with what its `failure-reason` output and its job summary say. */
export class ActionFailure extends Failure {
  override readonly name = "ActionFailure";
  readonly reason: FailureReason;
  declare readonly next: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string | undefined;

  constructor(reason: FailureReason, what: string, next: string, details: ActionFailureDetails = {}) {
    super(what, next, details);
    this.reason = reason;
    this.outputs = details.outputs ?? {};
    this.summary = details.summary;
  }
}

/** Every value that an action's `failure-reason` output can have. */
export type FailureReason =
  // any action
  | "input-invalid"
  | "access-denied"
  | "credentials-missing"
  | "aws-unreachable"
  | "aws-throttled"
  | "aws-error"
  | "interrupted"
  | "unexpected"
  // read-environment
  | "github-elsewhere"
  // push-image
  | "docker-unavailable"
  | "image-not-found"
  | "platform-mismatch"
  | "repository-not-found"
  | "tag-points-elsewhere"
  | "login-failed"
  | "push-failed"
  | "verification-failed"
  // image definitions
  | "image-definitions-missing"
  | "image-definitions-invalid"
  | "image-definitions-too-large"
  | "image-without-digest"
  | "container-unknown"
  | "path-not-writable"
  // deploy-service, rollback-service
  | "cluster-not-found"
  | "service-not-found"
  | "service-not-active"
  | "controller-unsupported"
  | "task-definition-not-found"
  | "image-missing"
  | "environment-conflict"
  | "image-rolled-back"
  | "newer-run-deployed"
  | "revision-inactive"
  | "revision-of-other-family"
  | "revision-is-template"
  | "no-earlier-revision"
  | "nothing-in-flight"
  | "image-gone"
  | "first-deployment-failed"
  | "deployment-rolled-back"
  | "deployment-failed"
  | "deployment-stopped"
  | "deployment-superseded"
  | "deployment-unwatched"
  | "timed-out"
  // deploy-service
  | "migration-failed"
  | "migration-timed-out"
  | "migration-unwatched"
  // what plans or applies
  | "stacks-invalid"
  | "terraform-unavailable"
  | "wrong-account"
  | "engine-failed"
  // apply-plan
  | "bootstrap-needed"
  | "no-plan"
  | "plan-expired"
  | "head-mismatch"
  | "config-changed"
  | "state-moved"
  | "plan-differs"
  | "state-locked"
  | "destroy-not-allowed"
  | "domain-not-delegated"
  | "apply-failed"
  // publish-static
  | "image-unreadable"
  | "static-files-missing"
  | "static-manifest-invalid"
  | "static-link-outside"
  | "static-file-differs"
  | "bucket-not-found"
  | "distribution-not-found"
  | "distribution-unsuitable"
  // check-service
  | "service-unreachable"
  | "service-unhealthy"
  | "other-image-answers"
  // report-plan, report-drift
  | "report-missing"
  | "report-invalid"
  | "plan-failed"
  | "github-unreachable"
  | "github-refused";
