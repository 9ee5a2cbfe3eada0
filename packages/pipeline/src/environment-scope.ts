import type { StatePlace } from "./state-access.ts";

/** What the roles of an environment have to know of it. */
export interface EnvironmentPlace {
  /** Prefix of everything it has in the account. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly state: StatePlace;
}
