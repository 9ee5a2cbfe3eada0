/** Where an action's lines go; the runner's log in earnest, a list in tests. */
export interface Log {
  info(line: string): void;
  warning(text: string): void;
  /** Hides the value in everything the runner prints from now on. */
  mask(secret: string): void;
}
