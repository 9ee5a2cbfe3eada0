import { isStateful } from "./is-stateful.ts";
import type { ChangeAction } from "./plan-model.ts";

export type Risk = "data-loss" | "replace-or-delete" | "change" | "add" | "bookkeeping";

/** How dangerous a change is, by what happens to what. */
export function riskOf({ type, action }: { readonly type: string; readonly action: ChangeAction }): Risk {
  switch (action) {
    case "replace":
    case "delete":
      return isStateful(type) ? "data-loss" : "replace-or-delete";
    case "update":
      return "change";
    case "create":
      return "add";
    default:
      return "bookkeeping";
  }
}
