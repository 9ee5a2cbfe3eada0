/** `4 m 12 s`, `9 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

/** Waits, but no longer than until the signal. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

/**
 * Milliseconds to the next poll of something that began `elapsed` ms ago: a second at first, then a quarter of the elapsed time, at most
 * `pollSeconds`.
 */
export function pollDelay(elapsed: number, pollSeconds: number): number {
  return Math.min(pollSeconds * 1000, Math.max(1000, elapsed / 4));
}
