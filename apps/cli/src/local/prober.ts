import { Agent } from "node:http";
import { type Address, askApp } from "./app-probe.ts";

export interface ProbeCount {
  /** Requests after the first answer; before it there is nothing that could fail. */
  readonly sent: number;
  readonly failed: number;
  readonly perSecond: number;
  /** The first few failures: "12.3 s: 502". */
  readonly examples: readonly string[];
}

export interface Prober {
  /** Ends it, waits for the requests on their way, and counts. */
  stop(): Promise<ProbeCount>;
}

const requestsPerSecond = 25;
const examplesKept = 5;

/**
 * Sends 25 requests a second through the load balancer until it is stopped. `answering: false` means that nothing runs yet: what comes
 * before the first good answer is not counted.
 */
export function startProber(address: Address, path: string, { answering }: { answering: boolean }): Prober {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const pending = new Set<Promise<void>>();
  const examples: string[] = [];
  const started = performance.now();
  let countedSince = answering ? started : undefined;
  let due = 0;
  let sent = 0;
  let failed = 0;

  const probe = async () => {
    const counted = countedSince !== undefined;
    if (counted) sent += 1;
    const problem = await askApp(address, path, { agent }).then(
      ({ status }) => (status >= 200 && status < 400 ? undefined : String(status)),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (problem === undefined) countedSince ??= performance.now();
    else if (counted) {
      failed += 1;
      if (examples.length < examplesKept)
        examples.push(`${((performance.now() - started) / 1000).toFixed(1)} s: ${problem}`);
    }
  };
  const timer = setInterval(() => {
    // By the clock, so that a busy machine sends late and never less.
    for (const wanted = ((performance.now() - started) / 1000) * requestsPerSecond; due < wanted; due += 1) {
      const one = probe().finally(() => pending.delete(one));
      pending.add(one);
    }
  }, 1000 / requestsPerSecond);

  return {
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - (countedSince ?? performance.now())) / 1000;
      await Promise.all(pending);
      agent.destroy();
      return { sent, failed, perSecond: seconds > 0 ? sent / seconds : 0, examples };
    },
  };
}
