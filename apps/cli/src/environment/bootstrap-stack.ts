import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { Engine, Stack, StackPlan } from "@slipway/terraform";
import type { CliContext } from "./cli-context.ts";

export interface BootstrapStackRequest {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly stack: Stack;
  readonly account: string;
  /** Folder of the environment below the home. */
  readonly folder: string;
}

/** Brings one stack to what it should be, taking over what is there already. Returns whether anything was changed. */
export async function bootstrapStack(request: BootstrapStackRequest): Promise<boolean> {
  const { context, engine, stack, account, folder } = request;
  // There while an apply works, so that a killed one is known.
  const note = join(folder, "bootstrapping", `${stack.name}.json`);
  if (existsSync(note)) await releaseOwnLock(request, readFileSync(note, "utf8"));
  // Without a lock, a plan leaves none when it is killed; the apply sees whether its plan is out of date.
  const plan = await engine.plan(stack, { adopt: true, lock: false });
  if (!plan.empty) {
    context.print(`${stack.name}: ${summary(plan)}`);
    mkdirSync(dirname(note), { recursive: true });
    writeFileSync(note, new Date().toISOString());
    await engine.apply(plan);
    // What AWS says of an object now that its settings, which are resources of their own, are made: the next plan would call it drift.
    await engine.refresh(stack);
  }
  await engine.record(stack, account);
  rmSync(note, { force: true });
  return !plan.empty;
}

/** A Terraform that was killed left its lock. Ours is known by who took it and when; anybody else's stays, and is waited for. */
async function releaseOwnLock({ context, engine, stack }: BootstrapStackRequest, since: string): Promise<void> {
  const holder = await engine.lockHolder(stack);
  const seconds = since.slice(0, "2026-01-01T00:00:00".length);
  if (holder?.who !== `${userInfo().username}@${hostname()}` || holder.created < seconds) return;
  await engine.unlock(stack, holder.id);
  context.print(`the lock that a killed bootstrap left (${holder.created}) is released`);
}

function summary({ summary: { add, change, import: imported } }: StackPlan): string {
  return `${imported} taken over, ${add} to make, ${change} to change`;
}
