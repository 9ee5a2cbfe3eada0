import type { ChangeAction, ChangeSummary, ResourceChange } from "./stack.ts";

export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly address: string | undefined;
}

/** What a line of Terraform's `-json` output may hold: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export interface LogMessage {
  readonly type: string;
  readonly change?: {
    readonly resource: LogResource;
    readonly action: string;
    readonly reason?: string;
    readonly importing?: unknown;
  };
  readonly changes?: {
    readonly add: number;
    readonly change: number;
    readonly remove: number;
    readonly import?: number;
  };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly hook?: {
    readonly resource: LogResource;
    readonly action?: string;
    readonly elapsed_seconds?: number;
    readonly id_value?: string;
  };
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

interface LogResource {
  readonly addr: string;
  readonly resource_type: string;
}

export interface TerraformLog {
  readonly summary: ChangeSummary;
  readonly changes: readonly ResourceChange[];
  readonly outputChanges: readonly string[];
  /** Whether AWS has something else than the state. */
  readonly drifted: boolean;
  /** Whether there are warnings, such as of a failed check. */
  readonly warned: boolean;
  readonly errors: readonly Diagnostic[];
}

/** A line as a message; undefined when it is something else, such as the trace of a crashed provider. */
export function parseLine(line: string): LogMessage | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const message = JSON.parse(line) as LogMessage;
    return typeof message.type === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

const actions: Readonly<Record<string, ChangeAction>> = { noop: "no-op", remove: "delete" };

export function changeAction(action: string): ChangeAction {
  return actions[action] ?? (action as ChangeAction);
}

/** Reads a whole `-json` log of plan, apply or destroy. */
export function readLog(lines: readonly string[]): TerraformLog {
  const changes: ResourceChange[] = [];
  const outputChanges: string[] = [];
  const errors: Diagnostic[] = [];
  let drifted = false;
  let warned = false;
  let summary: ChangeSummary = { add: 0, change: 0, destroy: 0, import: 0 };
  for (const message of lines.map(parseLine)) {
    if (message?.type === "planned_change" && message.change !== undefined) {
      const { resource, action, reason } = message.change;
      changes.push({ address: resource.addr, type: resource.resource_type, action: changeAction(action), reason });
    }
    if (message?.type === "resource_drift") drifted = true;
    if (message?.type === "change_summary" && message.changes !== undefined) {
      const { add, change, remove, import: imported = 0 } = message.changes;
      summary = { add, change, destroy: remove, import: imported };
    }
    if (message?.type === "outputs") {
      const changed = Object.entries(message.outputs ?? {}).filter(
        ([, { action }]) => action !== undefined && action !== "noop",
      );
      outputChanges.push(...changed.map(([name]) => name));
    }
    if (message?.diagnostic?.severity === "warning") warned = true;
    if (message?.diagnostic?.severity === "error") {
      const { severity, summary: what, detail = "", address } = message.diagnostic;
      errors.push({ severity, summary: what, detail, address });
    }
  }
  return { summary, changes, outputChanges, drifted, warned, errors };
}
