/**
 * What is kept of a stack: "state" and "lock" are Terraform's own, "record" holds what was applied last, "marker" is there
 * from before an apply until it succeeded.
 */
export type StatePart = "state" | "lock" | "record" | "marker";

/** Stores one stack's state, record and marker. */
export interface StateStore {
  /** Text of a part; undefined where there is none. */
  read(part: StatePart): Promise<string | undefined>;
  /** Writes a part as a whole: a kill leaves the old text or the new one. */
  write(part: "record" | "marker", text: string): Promise<void>;
  /** Removes a part if it is there. */
  remove(part: "record" | "marker"): Promise<void>;
}
