export { bootstrapStacks } from "./bootstrap-stacks.ts";
export type { Environment, EnvironmentInput, Service } from "./environment.ts";
export { environment, environmentKeys } from "./environments.ts";
export { renderWorkflow } from "./render-workflow.ts";
export type { ServiceOutput } from "./stacks/service-stack.ts";
export {
  type WorkflowApp,
  type WorkflowEnvironment,
  workflowApp,
  workflowEnvironments,
} from "./workflow-environments.ts";
