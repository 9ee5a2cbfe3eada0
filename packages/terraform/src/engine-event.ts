import type { ChangeAction } from "./stack-plan.ts";

/** What happens while the engine works; to be shown, never needed for a decision. */
export type EngineEvent =
  /** One line for people, e.g. "waiting for the apply of `network` that an earlier run left running". */
  | { readonly type: "notice"; readonly stack: string | undefined; readonly text: string }
  | { readonly type: "command"; readonly stack: string; readonly command: "init" | "plan" | "apply" | "destroy" }
  | {
      readonly type: "resource";
      readonly stack: string;
      readonly address: string;
      readonly action: ChangeAction;
      readonly phase: "start" | "progress" | "done" | "failed";
      readonly seconds: number;
    };
