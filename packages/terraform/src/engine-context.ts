import type { ImportFinder } from "./import/import-finder.ts";
import type { Stack } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";
import type { StateReader } from "./state/state.ts";
import type { StateStore } from "./state/store.ts";
import type { Waits } from "./waits.ts";

/** What plan, apply and destroy work with. */
export interface EngineContext {
  readonly runner: StackRunner;
  readonly states: StateReader;
  readonly store: (stack: Stack) => StateStore;
  readonly importFinder: ImportFinder;
  readonly waits: Waits | undefined;
  /** How long a command waits for a lock that somebody else holds. */
  readonly lockTimeoutSeconds: number;
}
