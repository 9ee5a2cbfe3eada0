import { Failure } from "@slipway/core";
import type { SlipwayHome } from "./home.ts";
import { isRunning } from "./host/processes.ts";
import { type LocalAws, localAwsLog } from "./local-aws.ts";

/** Returns a signal that is aborted with `outer` or when the local AWS ends, so that nothing waits for a dead endpoint. */
export function watchLocalAws(
  home: SlipwayHome,
  aws: LocalAws,
  outer: AbortSignal,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (isRunning(aws.process)) return;
    clearInterval(timer);
    controller.abort(
      new Failure(
        `the local AWS (process ${aws.process.pid}) must keep running, but it ended`,
        "run `npm start` again: it starts it and goes on from its saved memory",
        { logPath: localAwsLog(home) },
      ),
    );
  }, 250);
  return { signal: AbortSignal.any([outer, controller.signal]), stop: () => clearInterval(timer) };
}
