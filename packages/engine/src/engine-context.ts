import type { Adopter } from "./adopt/adopter.ts";
import type { StackRunner } from "./stack-runner.ts";
import type { StateReader } from "./state-reader.ts";

/** What plan, apply and destroy work with. */
export interface EngineContext {
  readonly runner: StackRunner;
  readonly states: StateReader;
  readonly adopter: Adopter;
}
