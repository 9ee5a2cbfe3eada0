import {
  compareMemory,
  type Docker,
  type LocalAws,
  rememberMemory,
  removeContainers,
  setAside,
  startLocalAws,
  type Workspace,
} from "@slipway/local-aws";
import type { Reporter } from "../terminal/reporter.ts";

export interface LocalAwsBringUp {
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly docker: Docker;
  readonly python: string;
  readonly account: string;
  readonly region: string;
  readonly signal: AbortSignal;
}

/** Starts the local AWS where it does not run, and deals with one that forgot everything or its last seconds. */
export async function bringUpLocalAws(request: LocalAwsBringUp): Promise<LocalAws> {
  const { workspace, reporter, docker } = request;
  return reporter.step("Local AWS", async (step) => {
    const aws = await startLocalAws(request);
    const memory = compareMemory(workspace, aws);
    if (memory.kind === "lost") {
      const removed = await removeContainers(docker, [memory.incarnation]);
      const folder = setAside(workspace, memory.incarnation);
      step.say(
        `the local AWS lost its memory: ${removed} containers of the old one are removed, its state is set aside in ${folder}, everything is applied afresh`,
      );
    }
    if (memory.kind === "restarted") {
      step.say("the local AWS came back after an unclean end: every stack is planned instead of trusting the records");
    }
    rememberMemory(workspace, aws);
    step.result(
      `${aws.started ? "started" : "running"} at ${aws.endpoint} (ministack ${aws.version}, process ${aws.process.pid})`,
    );
    return aws;
  });
}
