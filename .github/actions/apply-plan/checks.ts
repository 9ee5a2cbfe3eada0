import { ActionFailure } from "@slipway/core";
import type { LabelState } from "@slipway/github/labels";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { PlanPromise } from "@slipway/plan-review/promise/promise";
import { readDefinition } from "@slipway/plan-review/target";
import type { ChosenStack } from "./choose-stacks.ts";
import type { ReviewedPlan } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";
import { stateLocked } from "./stack-failure.ts";

/** What was reviewed must be of the state that is there, and nobody may hold its lock. */
export async function checkState({ stack, reviewed, plan }: ChosenStack, { engine, environment }: OpenedEngine) {
  const state = await engine.state(stack);
  const then = reviewed.state;
  if (then !== null && then.lineage !== state?.lineage) {
    const now = state === undefined ? "is not there any more" : `is another, of lineage ${state.lineage.slice(0, 8)}`;
    const what = `The state of stack \`${stack.name}\` ${now}: it was planned at serial ${then.serial} of ${then.lineage.slice(0, 8)}`;
    throw new ActionFailure("state-moved", what, `plan what is there now: ${commands.plan(environment)}`);
  }
  const holder = reviewed.empty ? undefined : await engine.lockHolder(stack);
  if (holder !== undefined) throw stateLocked({ stack: stack.name, environment, planId: plan.id }, holder);
}

const day = 24 * 60 * 60 * 1000;
const longest = 7 * day;

type Target = Pick<OpenedEngine, "environment" | "account" | "terraform" | "provider">;

/** Rejects plans that are too old, of another account, or made by another version of Terraform or the provider. */
export function checkPromises(plans: readonly ReviewedPlan[], target: Target, now = Date.now()): void {
  const again = `plan again: ${commands.plan(target.environment)}`;
  for (const { id, promise } of plans) {
    const age = now - Date.parse(promise.createdAt);
    if (age > longest) {
      const what = `Plan ${id} is of ${promise.createdAt.slice(0, 10)}: a plan can be applied for 7 days`;
      throw new ActionFailure("plan-expired", what, again);
    }
    const changed = differences(promise, target);
    if (changed !== undefined) throw new ActionFailure("config-changed", `Plan ${id} was made ${changed}`, again);
  }
}

function differences({ account, engine, provider }: PlanPromise, target: Target): string | undefined {
  if (account !== target.account) return `for account ${account}, the stacks are now of ${target.account}`;
  if (engine !== target.terraform.version) return `by Terraform ${engine}, here is ${target.terraform.version}`;
  if (provider !== target.provider) return `with AWS provider ${provider}, the stacks now ask for ${target.provider}`;
  return undefined;
}

export interface DestructiveChanges {
  readonly plan: ReviewedPlan;
  /** Addresses that are replaced or deleted and hold data. */
  readonly addresses: readonly string[];
  /** Makes an address fit to print: a key in it may be a secret. */
  readonly name: (address: string) => string;
}

export interface DestroyRules extends Pick<ApplyInput, "environment" | "allowDestroy" | "allowDestroyLabel"> {
  /** Whether a pull request has the label, and by whom. */
  readonly labelOf: (number: number) => Promise<LabelState>;
}

/** Rejects destructive changes unless a pattern allows them, or a label that a person with write access put on the pull request. */
export async function checkDestroy({ plan, addresses, name }: DestructiveChanges, rules: DestroyRules): Promise<void> {
  const { environment, allowDestroy, allowDestroyLabel, labelOf } = rules;
  const patterns = allowDestroy.map(glob);
  const rejected = addresses.filter((address) => !patterns.some((pattern) => pattern.test(address))).map(name);
  if (rejected.length === 0) return;
  const labels = await Promise.all(plan.pulls.map(({ number }) => labelOf(number)));
  if (labels.some(({ counts }) => counts)) return;
  const names = rejected.map((address) => `\`${address}\``).join(", ");
  const ignored = labels.flatMap(({ why }, index) =>
    why === undefined ? [] : [` (the label on #${plan.pulls[index]?.number} does not count: ${why})`],
  );
  const what = `${names} would be replaced or destroyed, and with it data, an address or a key${ignored.join("")}`;
  const numbers = plan.pulls.map(({ number }) => `#${number}`).join(" or ");
  const byLabel = `set the label \`${allowDestroyLabel}\` on ${numbers} and ${commands.approve(environment, plan.id)}, or `;
  const byName = commands.approveDestroy(environment, plan.id, rejected);
  const next = `if that is meant, ${numbers === "" ? "" : byLabel}${byName}`;
  throw new ActionFailure("destroy-not-allowed", what, next);
}

/** `*` stands for anything; all else, brackets too, for itself. */
function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}

/**
 * Fails before anything is applied while a stack with the output `applied_by` differs from its last apply. Only a person may apply it,
 * because it holds the roles of the jobs, and the other stacks may need it.
 */
export async function checkBootstrap(
  differing: readonly string[],
  { stacks, environment }: Pick<OpenedEngine, "stacks" | "environment">,
  branch: string,
): Promise<void> {
  const candidates = stacks.filter(({ name }) => differing.includes(name));
  const reserved = await Promise.all(
    candidates.map(async (stack) => ((await readDefinition(stack)).output?.applied_by?.value ? [stack.name] : [])),
  );
  const names = reserved.flat();
  if (names.length === 0) return;
  const [first = ""] = names;
  const which = names.length === 1 ? `Stack \`${first}\` differs` : `Stacks ${names.join(", ")} differ`;
  throw new ActionFailure(
    "bootstrap-needed",
    `${which} from what was last applied, and no job may apply that`,
    `have a person with rights on the account run \`npm run bootstrap -- ${environment}\` on \`${branch}\`, then run this job again`,
  );
}
