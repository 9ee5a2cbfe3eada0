export type { ApplyOptions } from "./apply.ts";
export { type ConvergeOptions, type ConvergeProgress, convergeStacks, type StackResult } from "./apply-stacks.ts";
export { createEngine, type Engine, forwardInterrupts } from "./engine.ts";
export { EngineError, type EngineErrorDetails, type EngineFailureReason, type WaitFailure } from "./engine-error.ts";
export type { ImportFinder, PlannedCreate } from "./import/import-finder.ts";
export {
  type CliConfiguration,
  type CliConfigurationRequest,
  cliConfiguration,
  findTerraform,
  type Terraform,
} from "./installation.ts";
export type { ApplyResult, EngineOptions, Outputs } from "./options.ts";
export type { PlanOptions } from "./plan.ts";
export {
  type PlanChangedOptions,
  type PlanProgress,
  planChanged,
  type StackPlanResult,
} from "./plan-stacks.ts";
export { readStacks } from "./read-stacks.ts";
export {
  type Backend,
  type ChangeAction,
  type ChangeSummary,
  type EngineEvent,
  type ResourceChange,
  type Stack,
  type StackPlan,
  type StackRead,
  stackHash,
} from "./stack.ts";
export type { LockInfo } from "./state/lock.ts";
export type { State } from "./state/state.ts";
export type { Diagnostic } from "./terraform-log.ts";
export type { WaitExplainer, Waiting } from "./waits.ts";
export { waves } from "./waves.ts";
