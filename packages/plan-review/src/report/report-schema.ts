import * as z from "zod/mini";

/**
 * What one job hands to another: a report without any secret. The job that reads it holds a token that writes, the one that
 * wrote it ran a pull request's code; so everything has a size and a form, and text is text: the renderer escapes it.
 */
const line = (max: number) => z.string().check(z.overwrite((text) => printable(text).slice(0, max)));
const lines = (max: number) => z.string().check(z.overwrite((text) => printable(text, "\n\t").slice(0, max)));
const form = (pattern: RegExp) => z.string().check(z.regex(pattern));
const list = <T extends z.ZodMiniType>(item: T, max: number) => z.array(item).check(z.maxLength(max));
const whole = z.int().check(z.gte(0), z.lte(1_000_000_000));

const stackName = form(/^\w[\w.-]{0,99}$/);
const commit = form(/^[0-9a-f]{7,64}$/);

const attribute = z.object({
  path: line(1000),
  before: z.optional(line(2000)),
  after: z.optional(line(2000)),
  forcesReplacement: z.boolean(),
  /** What differs where the values do not say it. */
  note: z.optional(line(100)),
});

const resourceFields = {
  address: line(1000),
  /** The construct that made it, as `Database/Instance`. */
  constructPath: z.optional(line(1000)),
  type: form(/^[\w-]{1,200}$/),
  attributes: list(attribute, 10_000),
  /** Terraform's own words for an action that is not known here. */
  rawAction: z.optional(line(200)),
  /** Key of the object that an earlier replacement left over, which is meant instead of the living one. */
  deposed: z.optional(line(100)),
};

const change = z.object({
  ...resourceFields,
  action: z.enum(["create", "update", "replace", "delete", "import", "move", "forget", "unknown"]),
  /** True for a replacement that leaves the old object in AWS. */
  keepsOld: z.optional(z.boolean()),
  /** True for a replacement whose new object is there before the old one goes. */
  newFirst: z.optional(z.boolean()),
  /** True for what nothing uses, as AWS says. */
  unused: z.optional(z.boolean()),
  /** Attributes that force a replacement. */
  forcedBy: list(line(1000), 1000),
  /** Terraform's own word for why, e.g. `replace_because_tainted`. */
  reason: z.optional(line(100)),
  previousAddress: z.optional(line(1000)),
  importId: z.optional(line(1000)),
  /** True when the change only puts back what somebody changed outside Terraform. */
  putsBack: z.boolean(),
});

const plan = z.object({
  changes: list(change, 10_000),
  outputs: list(attribute, 10_000),
  /** What differs from the state with nothing in the code asking for it. */
  drift: list(z.object({ ...resourceFields, action: z.enum(["update", "delete"]) }), 10_000),
  /** How many values are not shown. */
  hidden: whole,
  /** A provider's actions that the apply runs. */
  runs: z.optional(
    list(z.object({ address: line(1000), trigger: line(1200), attributes: list(attribute, 10_000) }), 10_000),
  ),
  /** Checks that do not pass. */
  checks: z.optional(list(z.object({ name: line(1000), what: line(100), messages: list(line(2000), 1000) }), 10_000)),
  /** What is read only while the plan is applied. */
  reads: z.optional(list(z.object({ address: line(1000), reason: line(100) }), 10_000)),
  /** Sections of the plan that are not known here and hold something. */
  unknownSections: z.optional(list(line(100), 1000)),
});

const stack = z.object({
  name: stackName,
  status: z.enum(["planned", "unchanged", "provisional", "failed", "waiting", "applied", "not-applied"]),
  /** Hash of what was planned: JSON, engine, provider. */
  hash: form(/^[0-9a-f]{0,64}$/),
  /** How many resources a stack has that waits for the apply of another. */
  resources: z.optional(whole),
  error: z.optional(lines(100_000)),
  /** Stacks that it reads and that change in the same run, or have yet to be applied. */
  upstreamChanged: list(stackName, 1000),
  plan: z.optional(plan),
});

const outcome = z.object({
  status: z.enum(["applied", "refused", "failed"]),
  /** The action's `failure-reason`. */
  reason: z.optional(form(/^[a-z-]{1,60}$/)),
  what: z.optional(lines(10_000)),
  /** With the command that goes on. */
  next: z.optional(lines(2000)),
});

/** The report's JSON. */
export const reportSchema = z.object({
  version: z.literal(1),
  kind: z.enum(["plan", "apply", "drift"]),
  environment: form(/^[a-z][a-z0-9-]{0,62}$/),
  /** Commit that was planned or applied. */
  head: commit,
  base: z.optional(commit),
  pr: z.optional(whole),
  /** Where the full report is. */
  runUrl: z.optional(form(/^https?:\/\/[\w.:/-]{1,300}$/)),
  engine: line(100),
  provider: line(100),
  /** SHA-256 of the promise: the id of the plan to approve. */
  planId: z.optional(form(/^[0-9a-f]{64}$/)),
  /** When the plan can no longer be applied (ISO 8601). */
  expires: z.optional(form(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/)),
  /** Of a report of kind `apply`; of a plan: why it was not made. */
  outcome: z.optional(outcome),
  /** What a reader must know beside the plan. */
  notes: z.optional(list(line(500), 20)),
  stacks: list(stack, 500),
});

/** Without what no reader sees but a terminal or a browser obeys: control characters, and those that turn the direction. */
function printable(text: string, allowed = ""): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (sign) => (allowed.includes(sign) ? sign : " "));
}

/** A report that may be shown: every text in it has been through the redaction. Only this is rendered or handed on. */
export type SafeReport = z.infer<typeof reportSchema>;

export type SafeStack = SafeReport["stacks"][number];
export type SafePlan = NonNullable<SafeStack["plan"]>;
export type SafeChange = SafePlan["changes"][number];
export type SafeDrift = SafePlan["drift"][number];
export type SafeAttribute = SafeChange["attributes"][number];
