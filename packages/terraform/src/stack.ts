import { createHash } from "node:crypto";

/** An output of an upstream stack that a stack reads. */
export interface StackRead {
  readonly upstream: string;
  readonly output: string;
}

export type Backend =
  /** A file; the path is relative to the working folder. */
  | { readonly type: "local"; readonly path: string }
  | { readonly type: "s3"; readonly bucket: string; readonly key: string; readonly region: string };

/** A synthesized stack and what can be read off its JSON. */
export interface Stack {
  readonly name: string;
  /** Folder that holds the synthesized `cdk.tf.json`. */
  readonly folder: string;
  /** SHA-256 of the JSON text. */
  readonly sha256: string;
  /** Names of the stacks whose outputs it reads, sorted. */
  readonly upstreams: readonly string[];
  readonly reads: readonly StackRead[];
  readonly resourceCount: number;
  /** Constraint on `hashicorp/aws`, e.g. "5.100.0". */
  readonly awsProvider: string;
  /** Where its state is. */
  readonly backend: Backend;
}

/** Short name for all that a plan of the stack is made from, upstream outputs aside: its JSON, the engine, the provider. SHA-256, hex. */
export function stackHash({ sha256, awsProvider }: Stack, terraformVersion: string): string {
  return createHash("sha256").update([sha256, terraformVersion, awsProvider].join("\n")).digest("hex");
}

export type ChangeAction = "create" | "update" | "replace" | "delete" | "read" | "import" | "move" | "forget" | "no-op";

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: ChangeAction;
  readonly reason: string | undefined;
}

export interface ChangeSummary {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import: number;
}

/** A saved plan: the file that `apply` takes, and its summary. */
export interface StackPlan {
  readonly stack: Stack;
  readonly planPath: string;
  readonly logPath: string;
  /** True when applying would change nothing, outputs included. */
  readonly empty: boolean;
  readonly summary: ChangeSummary;
  readonly changes: readonly ResourceChange[];
  /** Names of outputs that would change. */
  readonly outputChanges: readonly string[];
  /** Whether AWS has something else than the state, planned changes aside. */
  readonly drifted: boolean;
  /** Whether Terraform warns of something, e.g. of a failed check: an empty plan that it warns of is worth a look. */
  readonly warned: boolean;
  /** Hash of each upstream output it read when it was made: `<upstream>.<output>` to SHA-256. */
  readonly upstreamHashes: Readonly<Record<string, string>>;
  /** Objects that this plan imports, found in AWS after an interrupted apply: address to id. */
  readonly imported: Readonly<Record<string, string>>;
  /** Addresses of certificates that this plan leaves in place because something still serves them; a later plan deletes them. */
  readonly kept?: readonly string[];
  readonly seconds: number;
}

/** What happens while the engine works; to be shown, never needed for a decision. */
export type EngineEvent =
  /** One line for people, e.g. "waiting for the apply of `network` that an earlier run left running". */
  | { readonly type: "notice"; readonly stack: string | undefined; readonly text: string }
  | { readonly type: "command"; readonly stack: string; readonly command: "init" | "plan" | "apply" | "destroy" }
  | {
      readonly type: "resource";
      readonly stack: string;
      readonly address: string;
      readonly action: ChangeAction;
      readonly phase: "start" | "progress" | "done" | "failed";
      readonly seconds: number;
      /** Its id, once it is made. */
      readonly id?: string | undefined;
    };
