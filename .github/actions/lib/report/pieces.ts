import type { SafeChange, SafeDrift } from "../plan/redact/safe-plan.ts";
import { type Risk, riskOf } from "../plan/risk-of.ts";
import { riskOrder } from "../plan/risk-order.ts";
import { diffBlock } from "./diff-block.ts";
import type { SafeReport } from "./safe-report.ts";

export type PieceKind = Risk | "drift" | "outputs";

/** One resource's part of the report, in two sizes. */
export interface Piece {
  readonly kind: PieceKind;
  readonly stack: string;
  /** What heads it, as `± aws_db_instance.main · Database/Instance`. */
  readonly title: string;
  /** Lines of a diff; empty when there is nothing to tell but the title. */
  readonly diff: string;
}

const signs = { create: "+", update: "~", replace: "±", delete: "−", import: "←", move: "→", forget: "⊘", read: "?" };

/** Everything that the report can tell in detail, the most dangerous first. */
export function pieces(report: SafeReport): Piece[] {
  const changes = report.stacks.flatMap(({ plan }) => plan?.changes ?? []);
  const drift = report.stacks.flatMap(({ plan }) => plan?.drift ?? []);
  const byRisk = riskOrder.flatMap((risk) => changes.filter((change) => riskOf(change) === risk).map(changePiece));
  const outputs = report.stacks.flatMap(({ name, plan }): Piece[] =>
    plan === undefined || plan.outputs.length === 0
      ? []
      : [{ kind: "outputs", stack: name, title: "", diff: diffBlock(plan.outputs) }],
  );
  return [...byRisk, ...outputs, ...drift.map(driftPiece)];
}

function changePiece(change: SafeChange): Piece {
  const notes = [
    change.previousAddress === undefined ? "" : `moved from ${change.previousAddress}`,
    change.importId === undefined ? "" : `imports ${change.importId}`,
    change.action === "forget" ? "leaves Terraform's care, stays in AWS" : "",
    change.putsBack ? "puts back what changed outside" : "",
  ].filter((note) => note !== "");
  const title = [`${signs[change.action]} ${change.address}`, change.constructPath ?? "", ...notes];
  return {
    kind: riskOf(change),
    stack: change.stack,
    title: title.filter((part) => part !== "").join(" · "),
    diff: diffBlock(change.attributes),
  };
}

function driftPiece(drift: SafeDrift): Piece {
  const what = drift.action === "delete" ? "deleted outside" : "";
  const title = [`⚠ ${drift.address}`, drift.constructPath ?? "", what].filter((part) => part !== "").join(" · ");
  return { kind: "drift", stack: drift.stack, title, diff: diffBlock(drift.attributes) };
}
