/** The parts of a workflow file that the tests look at. */
export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly on: Readonly<Record<string, Trigger | null>>;
  readonly permissions: Permissions | undefined;
  readonly concurrency: Concurrency | undefined;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Trigger {
  readonly branches?: readonly string[];
  readonly inputs?: Readonly<Record<string, WorkflowInput>>;
  readonly [key: string]: unknown;
}

export interface WorkflowInput {
  readonly type: string;
  readonly required?: boolean;
  readonly default?: string | boolean;
  readonly options?: readonly string[];
}

export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

export interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress"?: boolean | string;
  readonly queue?: string;
}

export interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Permissions;
  readonly environment?: string | { readonly name: string; readonly url?: string; readonly deployment?: boolean };
  readonly concurrency?: Concurrency;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[] | string>> };
  readonly steps?: readonly Step[];
  readonly [key: string]: unknown;
}

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly "continue-on-error"?: boolean;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
