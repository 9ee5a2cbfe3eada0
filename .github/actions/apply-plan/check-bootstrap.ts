import { ActionFailure } from "@slipway/core";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { readDefinition } from "@slipway/plan-review/target";

/**
 * Refuses, before anything is applied, while a stack that only a person applies (its output `applied_by` says so) is not as it was last
 * applied: what makes the roles of jobs is no job's to change, and what is applied next may need it.
 */
export async function checkBootstrap(
  differing: readonly string[],
  { stacks, environment }: Pick<OpenedEngine, "stacks" | "environment">,
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
    `have a person with rights on the account run \`npm run bootstrap -- ${environment}\` on main, then run this job again`,
  );
}
