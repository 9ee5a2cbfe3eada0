/**
 * Milliseconds to the next look at something that began `elapsed` ms ago: a second at first, for what ends soon, then a quarter of the
 * time that it has taken, `pollSeconds` at most.
 */
export function pollDelay(elapsed: number, pollSeconds: number): number {
  return Math.min(pollSeconds * 1000, Math.max(1000, elapsed / 4));
}
