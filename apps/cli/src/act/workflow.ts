/** A workflow file as far as a runner must know it. */
export interface Workflow {
  /** Name of its file: `plan.yml`. */
  readonly file: string;
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions | undefined;
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Permissions = string | Readonly<Record<string, string>>;

export interface Job {
  readonly name?: string;
  readonly if?: string | boolean;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly environment?: string | { readonly name: string };
  readonly concurrency?: string | { readonly group: string };
  readonly strategy?: { readonly matrix?: unknown };
  /** A reusable workflow in place of steps. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
