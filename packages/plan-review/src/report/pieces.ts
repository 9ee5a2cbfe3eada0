import { type Risk, riskOf } from "../plan/risk.ts";
import { riskOrder } from "../plan/risk-order.ts";
import { diffBlock } from "./diff-block.ts";
import type { SafeChange, SafeDrift, SafeReport } from "./safe-report.ts";

export type PieceKind = Risk | "drift" | "outputs";

/** One resource's part of the report. */
export interface Piece {
  readonly kind: PieceKind;
  readonly stack: string;
  /** What heads it, as `± aws_db_instance.main`, `Database/Instance`; empty for outputs. */
  readonly title: readonly string[];
  /** Lines of a diff; empty when there is nothing to tell but the title. */
  readonly diff: string;
}

const signs = { create: "+", update: "~", replace: "±", delete: "−", import: "←", move: "→", forget: "⊘" };

/** Everything that the report can tell in detail, the most dangerous first. */
export function pieces({ stacks }: Pick<SafeReport, "stacks">): Piece[] {
  const changes = stacks.flatMap(({ name, plan }) => (plan?.changes ?? []).map((change) => changePiece(name, change)));
  const outputs = stacks.flatMap(({ name, plan }): Piece[] =>
    plan === undefined || plan.outputs.length === 0
      ? []
      : [{ kind: "outputs", stack: name, title: [], diff: diffBlock(plan.outputs) }],
  );
  const drift = stacks.flatMap(({ name, plan }) => (plan?.drift ?? []).map((entry) => driftPiece(name, entry)));
  return [...riskOrder.flatMap((risk) => changes.filter(({ kind }) => kind === risk)), ...outputs, ...drift];
}

function changePiece(stack: string, change: SafeChange): Piece {
  const title = [
    `${signs[change.action]} ${change.address}`,
    change.constructPath ?? "",
    change.previousAddress === undefined ? "" : `moved from ${change.previousAddress}`,
    change.importId === undefined ? "" : `imports ${change.importId}`,
    change.action === "forget" ? "leaves Terraform's care, stays in AWS" : "",
    change.putsBack ? "puts back what changed outside" : "",
  ];
  return {
    kind: riskOf(change),
    stack,
    title: title.filter((part) => part !== ""),
    diff: diffBlock(change.attributes),
  };
}

function driftPiece(stack: string, drift: SafeDrift): Piece {
  const what = drift.action === "delete" ? "deleted outside" : "";
  const title = [`⚠ ${drift.address}`, drift.constructPath ?? "", what].filter((part) => part !== "");
  return { kind: "drift", stack, title, diff: diffBlock(drift.attributes) };
}
