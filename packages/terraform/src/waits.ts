import { EngineError, type WaitFailure } from "./engine-error.ts";
import type { EngineEvent, Stack } from "./stack.ts";
import type { Diagnostic } from "./terraform-log.ts";

/** A resource that is being created, or failed to be. */
export interface Waiting {
  readonly stack: Stack;
  readonly address: string;
  readonly type: string;
  /** Id of a resource of the stack: one that this apply made, or the state holds. */
  readonly idOf: (address: string) => Promise<string | undefined>;
}

/** Says what resources wait for that take long, of which Terraform says only how long it has been. */
export interface WaitExplainer {
  /** Types of resources that it knows, such as "aws_acm_certificate_validation". */
  readonly types: readonly string[];
  /** A line for people while the resource is created; undefined: nothing to say. */
  progress(waiting: Waiting): Promise<string | undefined>;
  /** What to say of its failure in place of Terraform's words; undefined: those are best. */
  failure(waiting: Waiting, diagnostic: Diagnostic): Promise<WaitFailure | undefined>;
}

export interface WaitsOptions {
  readonly explainer: WaitExplainer;
  readonly stacks: readonly Stack[];
  readonly states: {
    readonly state: (stack: Stack) => Promise<{ readonly ids: Readonly<Record<string, string>> } | undefined>;
  };
  readonly notice: (stack: Stack, text: string) => void;
  /** Seconds between two lines of a resource. @default 30 */
  readonly everySeconds?: number;
}

/** Follows the resources of an apply that an explainer knows. */
export interface Waits {
  /** Called with every event of the engine. */
  observe(event: EngineEvent): void;
  /** The error in the explainer's words, or as it was. */
  explain(stack: Stack, error: unknown): Promise<unknown>;
  /** The Terraform of the stack has ended. */
  end(stack: Stack): void;
}

export function createWaits({ explainer, stacks, states, notice, everySeconds = 30 }: WaitsOptions): Waits {
  const timers = new Map<string, NodeJS.Timeout>();
  const made = new Map<string, string>();
  const key = (stack: string, address: string) => `${stack} ${address}`;

  const waitingOf = (stack: Stack, address: string): Waiting | undefined => {
    const type = typeOf(address);
    if (!explainer.types.includes(type)) return undefined;
    // What a running apply made is written to the state only now and then.
    const idOf = async (other: string) => made.get(key(stack.name, other)) ?? (await states.state(stack))?.ids[other];
    return { stack, address, type, idOf };
  };

  const stop = (name: string) => {
    clearInterval(timers.get(name));
    timers.delete(name);
  };

  return {
    observe(event) {
      if (event.type !== "resource") return;
      const name = key(event.stack, event.address);
      if (event.id !== undefined) made.set(name, event.id);
      if (event.phase === "done" || event.phase === "failed") stop(name);
      const stack = stacks.find((each) => each.name === event.stack);
      const creates = event.phase === "start" && (event.action === "create" || event.action === "replace");
      const waiting = stack === undefined || !creates ? undefined : waitingOf(stack, event.address);
      if (stack === undefined || waiting === undefined) return;
      const say = async () => {
        // A line that cannot be had is no reason to disturb the apply.
        const line = await explainer.progress(waiting).catch(() => undefined);
        if (line !== undefined && timers.has(name)) notice(stack, line);
      };
      timers.set(
        name,
        setInterval(() => void say(), everySeconds * 1000),
      );
    },

    async explain(stack, error) {
      if (!(error instanceof EngineError)) return error;
      for (const diagnostic of error.diagnostics) {
        const waiting = diagnostic.address === undefined ? undefined : waitingOf(stack, diagnostic.address);
        const found =
          waiting === undefined ? undefined : await explainer.failure(waiting, diagnostic).catch(() => undefined);
        if (found === undefined) continue;
        const { reason, holder, diagnostics, logPath } = error;
        const what = `apply of ${stack.name} failed: ${found.what}`;
        const details = { reason, holder, diagnostics, logPath, namesLog: true, explanation: found, cause: error };
        return new EngineError(what, found.next, details);
      }
      return error;
    },

    end(stack) {
      for (const name of timers.keys()) if (name.startsWith(`${stack.name} `)) stop(name);
    },
  };
}

/** `module.a.aws_vpc.b["c.d"]` is of the type aws_vpc. */
function typeOf(address: string): string {
  return (
    address
      .replace(/\[[^\]]*\]$/, "")
      .split(".")
      .at(-2) ?? ""
  );
}
