import {
  compareInstance,
  type Docker,
  type LocalAws,
  recordInstance,
  removeContainers,
  type SlipwayHome,
  setStateAside,
  startLocalAws,
} from "@slipway/local-aws";
import type { Reporter } from "../terminal/reporter.ts";

export interface EnsureLocalAwsRequest {
  readonly home: SlipwayHome;
  readonly reporter: Reporter;
  readonly docker: Docker;
  readonly python: string;
  readonly account: string;
  readonly region: string;
  readonly signal: AbortSignal;
}

/** Starts the local AWS if it does not run, and handles one that lost its state or ended uncleanly. */
export async function ensureLocalAws(request: EnsureLocalAwsRequest): Promise<LocalAws> {
  const { home, reporter, docker } = request;
  return reporter.step("Local AWS", async (step) => {
    const aws = await startLocalAws(request);
    const comparison = compareInstance(home, aws);
    if (comparison.kind === "lost") {
      const removed = await removeContainers(docker, [comparison.instanceId]);
      const folder = setStateAside(home, comparison.instanceId);
      step.print(
        `the local AWS lost its memory: ${removed} containers of the old one are removed, its state is set aside in ${folder}, everything is applied afresh`,
      );
    }
    if (comparison.kind === "restarted") {
      step.print(
        "the local AWS came back after an unclean end: every stack is planned instead of trusting the records",
      );
    }
    recordInstance(home, aws);
    step.result(
      `${aws.started ? "started" : "running"} at ${aws.endpoint} (ministack ${aws.version}, process ${aws.process.pid})`,
    );
    return aws;
  });
}
