import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { ImportFinder, PlannedCreate } from "./import/import-finder.ts";
import { keepServed } from "./kept-certificates.ts";
import type { Stack, StackPlan } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";
import { applyMarker } from "./state/records.ts";
import { readLog } from "./terraform-log.ts";
import { writeImports } from "./workspace.ts";

export interface PlanOptions {
  /** False waits for no lock and takes none: for a plan that is only shown. Default true. */
  readonly lock?: boolean;
  /** Plans a refresh only (`-refresh-only`). Default false. */
  readonly refreshOnly?: boolean;
  /** Imports all planned creates that exist already, not only the leftovers of an interrupted apply. Default false. */
  readonly importExisting?: boolean;
}

/** Plans one stack; after an interrupted apply, what exists without being in the state is planned as an import. */
export async function planStack(context: EngineContext, stack: Stack, options: PlanOptions = {}): Promise<StackPlan> {
  const { runner, states, store, importFinder } = context;
  const { importsPath, keptPath } = await runner.prepare(stack);
  for (const path of [importsPath, keptPath]) rmSync(path, { force: true });
  const upstreamHashes = await states.upstreamHashes(stack);
  const planWith = (imported: Readonly<Record<string, string>>) =>
    planOnce(context, stack, options, upstreamHashes, imported);
  const first = await planWith({});
  if (options.refreshOnly === true) return first;
  const plan = await keepServed({ runner, plan: first, planAgain: () => planWith({}) });
  if (plan.summary.add === 0) return plan;
  const created =
    options.importExisting === true ? createdAddresses(plan) : applyMarker.parse(await store(stack).read("marker"));
  if (created === undefined) return plan;
  const found = await findImports({
    runner,
    importFinder,
    plan,
    created: new Set(created),
    planAgain: async (imported) => {
      writeImports(importsPath, imported);
      return await planWith(imported);
    },
  });
  return plan.kept === undefined ? found : { ...found, kept: plan.kept };
}

function createdAddresses({ changes }: StackPlan): readonly string[] {
  return changes.filter(({ action }) => action === "create").map(({ address }) => address);
}

async function planOnce(
  { runner, lockTimeoutSeconds }: EngineContext,
  stack: Stack,
  { lock = true, refreshOnly = false }: PlanOptions,
  upstreamHashes: Readonly<Record<string, string>>,
  imported: Readonly<Record<string, string>>,
): Promise<StackPlan> {
  const started = Date.now();
  const { planPath, logPath } = runner.stackFolder(stack);
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
  const { summary, changes, outputChanges, drifted, warned } = readLog(end.lines);
  return {
    stack,
    planPath,
    logPath: logPath("plan"),
    empty: end.exitCode === 0 && Object.keys(imported).length === 0,
    summary,
    changes,
    outputChanges,
    drifted,
    warned,
    upstreamHashes,
    imported,
    seconds: (Date.now() - started) / 1000,
  };
}

interface FindImportsRequest {
  readonly runner: StackRunner;
  readonly importFinder: ImportFinder;
  /** The plan that would create everything anew. */
  readonly plan: StackPlan;
  /** Addresses that interrupted applies set out to create. */
  readonly created: ReadonlySet<string>;
  /** Plans again, with these ids imported. */
  readonly planAgain: (imported: Readonly<Record<string, string>>) => Promise<StackPlan>;
}

export interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after: Readonly<Record<string, unknown>> | null };
  }[];
}

// An id may be known only after another object was found (a route, by its table). This is the longest such chain and one more.
const rounds = 6;

/** Looks for planned creates that exist already, and repeats while the found ids make more of them findable. */
export async function findImports(request: FindImportsRequest): Promise<StackPlan> {
  const { runner, importFinder, created, planAgain } = request;
  let plan = request.plan;
  let imported: Readonly<Record<string, string>> = {};
  const rejected = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const creates = plannedCreates(await runner.read<ShownPlan>(plan.stack, ["show", "-json", plan.planPath]), created);
    const found = Object.entries(await importFinder(creates)).filter(
      ([address]) => !(address in imported) && !rejected.has(address),
    );
    if (found.length === 0) break;
    ({ plan, imported } = await planWithout(planAgain, { ...imported, ...Object.fromEntries(found) }, rejected));
  }
  for (const [address, id] of Object.entries(imported))
    runner.notice(plan.stack, `${address} exists already (${id}): imported`);
  return plan;
}

/** Creates whose attributes are known so far, limited to what an interrupted apply may have made. */
export function plannedCreates(shown: ShownPlan, created: ReadonlySet<string>): PlannedCreate[] {
  return (shown.resource_changes ?? [])
    .filter(
      ({ mode, change, address }) => mode === "managed" && change.actions.join() === "create" && created.has(address),
    )
    .map(({ address, type, change }) => ({ address, type, values: change.after ?? {} }));
}

/** An object may be deleted between the search and the import; then it is planned as a create. */
async function planWithout(
  planAgain: FindImportsRequest["planAgain"],
  wanted: Readonly<Record<string, string>>,
  rejected: Set<string>,
): Promise<{ plan: StackPlan; imported: Readonly<Record<string, string>> }> {
  let imported = wanted;
  for (;;) {
    try {
      return { plan: await planAgain(imported), imported };
    } catch (error) {
      const missingAddress =
        error instanceof EngineError ? /import an existing object to "([^"]+)"/.exec(error.message)?.[1] : undefined;
      if (missingAddress === undefined || !(missingAddress in imported)) throw error;
      rejected.add(missingAddress);
      imported = Object.fromEntries(Object.entries(imported).filter(([address]) => address !== missingAddress));
    }
  }
}

/** Writes into the state what AWS says of its objects now. Changes nothing in AWS. */
export async function refreshStack({ runner, lockTimeoutSeconds }: EngineContext, stack: Stack): Promise<void> {
  await runner.prepare(stack);
  const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
  await runner.run(stack, "apply", ["apply", "-refresh-only", "-auto-approve", "-input=false", "-json", lockTimeout]);
}
