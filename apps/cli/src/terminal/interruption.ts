/** Thrown when a signal stops the run. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }

  /** What a shell expects: 130 after Ctrl-C, 143 after SIGTERM, 129 after a closed terminal. */
  get exitCode(): number {
    return { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[this.signal as string] ?? 1;
  }
}

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an aborted signal. Further signals are ignored, because npm forwards signals that the
 * terminal has already sent, and a second interrupt makes Terraform exit without saving its state.
 */
export function listenForInterruption(source: Pick<NodeJS.Process, "on"> = process): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    source.on(name, () => {
      if (!controller.signal.aborted) controller.abort(new Interrupted(name));
    });
  }
  return controller.signal;
}
