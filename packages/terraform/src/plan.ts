import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { Adopter, AdoptionTarget } from "./import/import-finder.ts";
import type { Stack, StackPlan } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";
import { applyMarker } from "./state/records.ts";
import { readLog } from "./terraform-log.ts";
import { writeImports } from "./workspace.ts";

export interface PlanOptions {
  /** False waits for no lock and takes none: for a plan that is only shown. Default true. */
  readonly lock?: boolean;
  /** Plans only to take over what changed outside Terraform. Default false. */
  readonly refreshOnly?: boolean;
  /** Takes over whatever of the planned creates is there already, not only what an interrupted apply made. Default false. */
  readonly adopt?: boolean;
}

/** Plans one stack; after an interrupted apply, what exists without being in the state is planned as an import. */
export async function planStack(context: EngineContext, stack: Stack, options: PlanOptions = {}): Promise<StackPlan> {
  const { runner, states, store, adopter } = context;
  const { importsPath } = await runner.prepare(stack);
  rmSync(importsPath, { force: true });
  const upstreamHashes = await states.upstreamHashes(stack);
  const plan = await planOnce(context, stack, options, upstreamHashes, {});
  if (options.refreshOnly === true || plan.summary.add === 0) return plan;
  const created = options.adopt === true ? creations(plan) : applyMarker.parse(await store(stack).read("marker"));
  if (created === undefined) return plan;
  return await findAdoptions({
    runner,
    adopter,
    plan,
    created: new Set(created),
    again: async (adopted) => {
      writeImports(importsPath, adopted);
      return await planOnce(context, stack, options, upstreamHashes, adopted);
    },
  });
}

function creations({ changes }: StackPlan): readonly string[] {
  return changes.filter(({ action }) => action === "create").map(({ address }) => address);
}

async function planOnce(
  { runner, lockTimeoutSeconds }: EngineContext,
  stack: Stack,
  { lock = true, refreshOnly = false }: PlanOptions,
  upstreamHashes: Readonly<Record<string, string>>,
  adopted: Readonly<Record<string, string>>,
): Promise<StackPlan> {
  const started = Date.now();
  const { planPath, logPath } = runner.workspace(stack);
  const end = await runner.run(
    stack,
    "plan",
    [
      "plan",
      "-input=false",
      "-json",
      "-detailed-exitcode",
      lock ? `-lock-timeout=${lockTimeoutSeconds}s` : "-lock=false",
      ...(refreshOnly ? ["-refresh-only"] : []),
      `-out=${planPath}`,
    ],
    [0, 2],
  );
  const { summary, changes, outputChanges, drifted } = readLog(end.lines);
  return {
    stack,
    planPath,
    logPath: logPath("plan"),
    empty: end.exitCode === 0 && Object.keys(adopted).length === 0,
    summary,
    changes,
    outputChanges,
    drifted,
    upstreamHashes,
    adopted,
    seconds: (Date.now() - started) / 1000,
  };
}

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

/** Writes into the state what AWS says of its objects now. Changes nothing in AWS. */
export async function refreshStack({ runner, lockTimeoutSeconds }: EngineContext, stack: Stack): Promise<void> {
  await runner.prepare(stack);
  const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
  await runner.run(stack, "apply", ["apply", "-refresh-only", "-auto-approve", "-input=false", "-json", lockTimeout]);
}
