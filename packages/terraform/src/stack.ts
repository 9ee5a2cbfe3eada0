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
