import { ActionFailure, type Log } from "@slipway/core";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { type Stack, waves } from "@slipway/terraform";
import { applyStack } from "./apply-stack.ts";
import type { ReadyStack } from "./checks.ts";

export interface AppliedStack {
  readonly stack: Stack;
  /** "unchanged": its plan had nothing to do; "applied": the reviewed file; "replanned": a new plan that does the same. */
  readonly how: "unchanged" | "applied" | "replanned";
  readonly counts: { readonly add: number; readonly change: number; readonly destroy: number };
  readonly seconds: number;
}

export interface WavesOutcome {
  readonly applied: readonly AppliedStack[];
  /** Why it stopped; undefined when all is applied. */
  readonly failure: ActionFailure | undefined;
}

export interface WavesRequest {
  readonly opened: OpenedEngine;
  readonly ready: readonly ReadyStack[];
  readonly redactor: Redactor;
  readonly log: Log;
}

/** Applies wave by wave, stacks of one wave side by side; stops after the wave in which one did not succeed. */
export async function applyWaves(request: WavesRequest): Promise<WavesOutcome> {
  const { opened, ready } = request;
  const applied: AppliedStack[] = [];
  for (const wave of waves(opened.stacks)) {
    const due = ready.filter(({ stack }) => wave.includes(stack));
    const ends = await Promise.allSettled(due.map((each) => applyStack(each, request)));
    // All of the wave have ended: nothing goes on behind the back of whoever reads the error.
    for (const end of ends) if (end.status === "fulfilled") applied.push(end.value);
    const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
    const unexpected = errors.find((error) => !(error instanceof ActionFailure));
    if (unexpected !== undefined) throw unexpected;
    // What failed while something was being changed is worse than what was not begun.
    const failures = errors as ActionFailure[];
    const worst = failures.find(({ reason }) => reason === "apply-failed") ?? failures[0];
    if (worst !== undefined) return { applied, failure: worst };
  }
  return { applied, failure: undefined };
}
