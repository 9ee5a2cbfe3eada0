import { EngineError } from "./engine-error.ts";
import type { Adopter, AdoptionTarget } from "./import/import-finder.ts";
import type { StackPlan } from "./stack-plan.ts";
import type { StackRunner } from "./stack-runner.ts";

interface FindAdoptionsRequest {
  readonly runner: StackRunner;
  readonly adopter: Adopter;
  /** The plan that would create everything anew. */
  readonly plan: StackPlan;
  /** Addresses that interrupted applies set out to create. */
  readonly created: ReadonlySet<string>;
  /** Plans again, with these ids imported. */
  readonly again: (adopted: Readonly<Record<string, string>>) => Promise<StackPlan>;
}

export interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after: Readonly<Record<string, unknown>> | null };
  }[];
}

// An id may be known only when another object was found (a route, by its table): as deep as such a chain gets, and one to spare.
const rounds = 6;

/** Looks for planned creates that exist already, again and again while what was found makes more of them findable. */
export async function findAdoptions(request: FindAdoptionsRequest): Promise<StackPlan> {
  const { runner, adopter, created, again } = request;
  let plan = request.plan;
  let adopted: Readonly<Record<string, string>> = {};
  const refused = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const targets = adoptionTargets(
      await runner.read<ShownPlan>(plan.stack, ["show", "-json", plan.planPath]),
      created,
    );
    const found = Object.entries(await adopter(targets)).filter(
      ([address]) => !(address in adopted) && !refused.has(address),
    );
    if (found.length === 0) break;
    ({ plan, adopted } = await planWithout(again, { ...adopted, ...Object.fromEntries(found) }, refused));
  }
  for (const [address, id] of Object.entries(adopted))
    runner.notice(plan.stack, `${address} exists already (${id}): taken over`);
  return plan;
}

/** Creates whose attributes are known so far, limited to what an interrupted apply may have made. */
export function adoptionTargets(shown: ShownPlan, created: ReadonlySet<string>): AdoptionTarget[] {
  return (shown.resource_changes ?? [])
    .filter(
      ({ mode, change, address }) => mode === "managed" && change.actions.join() === "create" && created.has(address),
    )
    .map(({ address, type, change }) => ({ address, type, values: change.after ?? {} }));
}

/** An object may go between being found and being imported; then it is planned as a create after all. */
async function planWithout(
  again: FindAdoptionsRequest["again"],
  wanted: Readonly<Record<string, string>>,
  refused: Set<string>,
): Promise<{ plan: StackPlan; adopted: Readonly<Record<string, string>> }> {
  let adopted = wanted;
  for (;;) {
    try {
      return { plan: await again(adopted), adopted };
    } catch (error) {
      const gone =
        error instanceof EngineError ? /import an existing object to "([^"]+)"/.exec(error.message)?.[1] : undefined;
      if (gone === undefined || !(gone in adopted)) throw error;
      refused.add(gone);
      adopted = Object.fromEntries(Object.entries(adopted).filter(([address]) => address !== gone));
    }
  }
}
