import type { Risk } from "./risk.ts";

/** From the worst to the least: something stateful is lost, something else is, is changed, is new, nothing real happens. */
export const riskOrder: readonly Risk[] = ["data-loss", "replace-or-delete", "change", "add", "bookkeeping"];
