import { sha256 } from "@slipway/core";
import * as z from "zod/mini";

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const commit = z.string().check(z.regex(/^[0-9a-f]{40}$/));
const text = z.optional(z.string());

const change = z.strictObject({
  address: z.string(),
  deposed: text,
  actions: z.array(z.string()),
  reason: text,
  forcedBy: z.optional(z.array(z.string())),
  previousAddress: text,
  importing: text,
  startedBy: text,
  deferred: text,
  attributes: z.record(z.string(), z.union([hash, z.literal("unknown")])),
});

const stack = z.strictObject({
  name: z.string(),
  /** Provisional: it reads a stack that has changes of its own in the same promise. */
  status: z.enum(["planned", "provisional"]),
  /** Hash of its `cdk.tf.json`. */
  config: hash,
  /** Hash of its `.terraform.lock.hcl`. */
  lock: hash,
  /** Hash of every upstream output it read: `<upstream>.<output>`. */
  upstreams: z.record(z.string(), z.string()),
  /** The state it was planned on; null before the first apply. The serial is only shown. */
  state: z.nullable(z.strictObject({ serial: z.number(), lineage: z.string() })),
  /** True when applying it changes nothing. */
  empty: z.boolean(),
  changes: z.array(change),
  /** Addresses that are replaced or deleted and hold data. */
  stateful: z.array(z.string()),
});

/** What was reviewed: per stack what its plan would do and everything that it depends on. Holds no values, only hashes of them. */
export const promiseSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  account: z.string(),
  /** Pull request it was made for; null for a plan of main. */
  pr: z.nullable(z.int()),
  /** Commit whose stacks it plans. */
  head: commit,
  /** Where the pull request left main; null for a plan of main. */
  base: z.nullable(commit),
  runId: z.number(),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  /** Version of Terraform. */
  engine: z.string(),
  /** Version of the AWS provider. */
  provider: z.string(),
  stacks: z.array(stack),
  /** Stacks that could not be planned: an upstream was never applied. */
  waiting: z.array(z.string()),
});

export type PlanPromise = z.infer<typeof promiseSchema>;
export type PromisedStack = PlanPromise["stacks"][number];

/** The text that is stored. Its SHA-256 is the plan's id: who approves an id approves its content. */
export function promiseText(promise: PlanPromise): string {
  return `${JSON.stringify(promise, null, 1)}\n`;
}

/** The plan's id. */
export function promiseId(promise: PlanPromise): string {
  return sha256(promiseText(promise));
}
