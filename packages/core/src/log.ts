/** Receives an action's lines: the runner's log, or a list in tests. */
export interface Log {
  info(line: string): void;
  warning(text: string): void;
  /** Hides the value in everything the runner prints from now on. */
  mask(secret: string): void;
}
