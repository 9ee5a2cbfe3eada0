import { Failure } from "@slipway/core";
import type { Workflow } from "./workflow.ts";

interface Input {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly options?: readonly string[];
}

/** The inputs of a dispatch as GitHub puts them into the event: all of them, as text. act lets anything pass, GitHub refuses what this refuses. */
export function dispatchInputs(
  { on, file }: Workflow,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!("workflow_dispatch" in on))
    throw new Failure(`${file} must have the trigger workflow_dispatch to be started by hand.`);
  const { inputs = {} } = (on.workflow_dispatch ?? {}) as { readonly inputs?: Readonly<Record<string, Input>> };
  const unknown = Object.keys(given).find((name) => !(name in inputs));
  if (unknown !== undefined)
    throw new Failure(`input (${unknown}) must be one that ${file} declares: ${Object.keys(inputs).join(", ")}.`);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, checked(name, input, given[name])]));
}

function checked(name: string, { type, required, default: usual = "", options = [] }: Input, given?: string): string {
  const value = given ?? String(usual);
  if (required === true && value === "") throw new Failure(`input ${name} must be given.`);
  if (type === "choice" && !options.includes(value))
    throw new Failure(`input ${name} (${value}) must be one of ${options.join(", ")}.`);
  if (type === "boolean" && !/^(true|false|)$/.test(value))
    throw new Failure(`input ${name} (${value}) must be true or false.`);
  return value;
}
