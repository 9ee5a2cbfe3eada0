import { ActionFailure } from "./failure.ts";
import { safeText } from "./redact/safe-text.ts";

const policyHint = "give the role this action's policy (see its README) and run again";
const credentialsHint =
  "run aws-actions/configure-aws-credentials before this step, and check that its session lasts as long as the job";

/** What an error of the AWS SDK, or any other, means to the reader of the log. */
export function toFailure(error: unknown): ActionFailure {
  if (!(error instanceof Error))
    return new ActionFailure("unexpected", `Unexpected error (${String(error)})`, "run again");
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const text = firstLine(error.message) || code || error.name;
  const details = { cause: error };
  if (/^(AccessDenied|UnauthorizedOperation|NotAuthorized)/.test(error.name)) {
    return new ActionFailure("access-denied", `AWS refused a call (${text})`, policyHint, details);
  }
  if (
    /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientToken|IncompleteSig|MissingAuth)/.test(
      error.name,
    )
  ) {
    return new ActionFailure(
      "credentials-missing",
      `AWS credentials are missing, wrong or expired (${text})`,
      credentialsHint,
      details,
    );
  }
  if (/^region is missing/i.test(text)) {
    return new ActionFailure(
      "credentials-missing",
      "The AWS region (AWS_REGION) must be set",
      credentialsHint,
      details,
    );
  }
  if (/^(Throttling|TooManyRequests|RequestLimitExceeded|SlowDown)/.test(error.name)) {
    return new ActionFailure(
      "aws-throttled",
      `AWS throttled the calls for longer than the retries (${text})`,
      "run again in a minute",
      details,
    );
  }
  if (
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)/.test(code) ||
    error.name === "TimeoutError"
  ) {
    return new ActionFailure(
      "aws-unreachable",
      `AWS does not answer (${text})`,
      "check the region and the network (AWS_ENDPOINT_URL, if set), then run again",
      details,
    );
  }
  if ("$metadata" in error) {
    return new ActionFailure(
      "aws-error",
      `AWS answered ${error.name} (${text})`,
      "correct what the message names, then run again",
      details,
    );
  }
  return new ActionFailure(
    "unexpected",
    `Unexpected error (${text})`,
    "run again with debug logging and report it with the log",
    details,
  );
}

function firstLine(text: string): string {
  return (safeText(text).split("\n")[0] ?? "").trim().replace(/[.;]$/, "");
}

/** Waits for an AWS call and turns the errors named into failures that say what to do. */
export async function mapAwsErrors<T>(
  call: Promise<T>,
  failures: Record<string, (error: Error) => ActionFailure | Promise<ActionFailure>>,
): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const failure = error instanceof Error ? failures[error.name] : undefined;
    throw failure && error instanceof Error ? await failure(error) : error;
  }
}
