export type { Adopter, AdoptionTarget } from "./adopt/adopter.ts";
export { awsClientConfig } from "./aws-client-config.ts";
export { type CliConfiguration, type CliConfigurationRequest, cliConfiguration } from "./cli-configuration.ts";
export { type ConvergeOptions, type ConvergeProgress, convergeStacks, type StackResult } from "./converge-stacks.ts";
export {
  type ApplyResult,
  createEngine,
  type Engine,
  type EngineOptions,
  type Outputs,
  type PlanOptions,
} from "./engine.ts";
export { EngineError } from "./engine-error.ts";
export type { EngineEvent } from "./engine-event.ts";
export { findTerraform, type Terraform } from "./find-terraform.ts";
export { forwardInterrupts } from "./forward-interrupts.ts";
export { planStacks, type StackOutlook } from "./plan-stacks.ts";
export { readStacks } from "./read-stacks.ts";
export type { Backend, Stack, StackRead } from "./stack.ts";
export type { ChangeAction, ChangeSummary, ResourceChange, StackPlan } from "./stack-plan.ts";
export type { Variables } from "./variables.ts";
export { waves } from "./waves.ts";
