import * as z from "zod/mini";

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const commit = z.string().check(z.regex(/^[0-9a-f]{40}$/));

const change = z.strictObject({
  address: z.string(),
  deposed: z.optional(z.string()),
  actions: z.array(z.string()),
  previousAddress: z.optional(z.string()),
  importing: z.optional(z.string()),
  attributes: z.record(z.string(), z.union([hash, z.literal("unknown")])),
});

const stack = z.strictObject({
  name: z.string(),
  /** Provisional: it reads a stack that has changes of its own in the same manifest. */
  status: z.enum(["planned", "provisional"]),
  /** Hash of its `cdk.tf.json`. */
  config: hash,
  /** Hash of its plan file. */
  plan: hash,
  /** Hash of its `.terraform.lock.hcl`. */
  lock: hash,
  /** Hash of every upstream output it read: `<upstream>.<output>`. */
  upstreams: z.record(z.string(), z.string()),
  /** The state it was planned on; null before the first apply. */
  state: z.nullable(z.strictObject({ serial: z.number(), lineage: z.string() })),
  /** True when applying it changes nothing. */
  empty: z.boolean(),
  changes: z.array(change),
  /** Addresses that are replaced or deleted and hold data. */
  stateful: z.array(z.string()),
});

/** The reviewed plan of each stack with the hashes of everything it depends on. Its own SHA-256 is the plan's id. */
export const manifestSchema = z.strictObject({
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

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestStack = Manifest["stacks"][number];

export interface NamedPlan {
  readonly environment: string;
  /** Commit whose stacks were planned. */
  readonly head: string;
  /** SHA-256 of the manifest: the plan's id. */
  readonly plan: string;
}

/** The hidden line below a comment's marker by which the plan that it shows is found again. */
export const manifestLine = {
  write({ environment, head, plan }: NamedPlan): string {
    return `<!-- slipway:manifest:v1 environment=${environment} head=${head} plan=${plan} -->`;
  },

  /** The plan that a comment names, or undefined. Only the second line is read, because the text below may come from anybody. */
  read(body: string): NamedPlan | undefined {
    const [, second = ""] = body.split("\n", 2);
    const found = /^<!-- slipway:manifest:v1 environment=(\S+) head=([0-9a-f]+) plan=([0-9a-f]{64}) -->\r?$/.exec(
      second,
    );
    if (found === null) return undefined;
    const [, environment = "", head = "", plan = ""] = found;
    return { environment, head, plan };
  },
};
