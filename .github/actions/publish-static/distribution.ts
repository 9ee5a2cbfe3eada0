import { CloudFrontClient, GetDistributionCommand } from "@aws-sdk/client-cloudfront";
import { ActionFailure, clientOptions, duration, type Log, mapAwsErrors, pause, pollDelay } from "@slipway/core";

export interface DistributionRequest {
  readonly cloudfront: CloudFrontClient;
  readonly id: string;
  readonly bucket: string;
}

/** A client of CloudFront, which is the same from every region. */
export function cloudfrontClient(): CloudFrontClient {
  return new CloudFrontClient(clientOptions);
}

/** Whether a distribution is deployed to all of CloudFront's locations. One that does not serve the bucket, or nobody at all, fails. */
export async function isDeployed({ cloudfront, id, bucket }: DistributionRequest): Promise<boolean> {
  const answer = await mapAwsErrors(cloudfront.send(new GetDistributionCommand({ Id: id })), {
    NoSuchDistribution: (error) =>
      new ActionFailure(
        "distribution-not-found",
        `Distribution (${id}) must exist in this account (${error.message})`,
        "apply the static-site stack, or correct `distribution`",
      ),
  });
  const { Status, DistributionConfig } = answer.Distribution ?? {};
  const origins = (DistributionConfig?.Origins?.Items ?? []).map(({ DomainName = "" }) => DomainName);
  if (!origins.some((origin) => origin.startsWith(`${bucket}.s3`))) {
    throw unsuitable(id, `serve bucket ${bucket}, and serves ${origins.join(", ")}`, "give the outputs of one stack");
  }
  if (DistributionConfig?.Enabled === false) throw unsuitable(id, "be enabled", "enable it, or leave it out");
  return Status === "Deployed";
}

function unsuitable(id: string, must: string, next: string): ActionFailure {
  return new ActionFailure("distribution-unsuitable", `Distribution (${id}) must ${must}`, next);
}

export interface Patience {
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const wordsEveryMs = 30_000;

/** Waits until a distribution is deployed, with a line every half minute; returns how long it took. */
export async function awaitDeployed(request: DistributionRequest, patience: Patience): Promise<number> {
  const { timeoutMinutes, pollSeconds, log, signal } = patience;
  const start = Date.now();
  let said = start - wordsEveryMs;
  for (;;) {
    if (await isDeployed(request)) return Date.now() - start;
    const elapsed = Date.now() - start;
    if (Date.now() - said >= wordsEveryMs) {
      const since = elapsed < 1000 ? "" : ` for ${duration(elapsed)}`;
      log.info(
        `Waiting${since}: CloudFront brings distribution ${request.id} to its locations, 3 to 20 minutes as a rule`,
      );
      said = Date.now();
    }
    if (elapsed > timeoutMinutes * 60_000) {
      throw new ActionFailure(
        "timed-out",
        `Distribution (${request.id}) must be deployed within ${timeoutMinutes} minutes; CloudFront still brings it to its locations`,
        "run again: the files are published, it goes on waiting",
      );
    }
    await pause(pollDelay(elapsed, pollSeconds), signal);
    if (signal.aborted) {
      const what = `Interrupted while waiting for distribution ${request.id}`;
      throw new ActionFailure("interrupted", what, "run again: the files are published");
    }
  }
}
