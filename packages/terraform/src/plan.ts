import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { findAdoptions } from "./find-adoptions.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";
import { applyMarker } from "./state/apply-marker.ts";
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
