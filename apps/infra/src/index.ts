export { bootstrapStacks } from "./bootstrap-stacks.ts";
export type { Environment, EnvironmentInput, Service } from "./environment.ts";
export { environment, environmentKeys } from "./environments.ts";
export type { ServiceOutput } from "./stacks/service-stack.ts";
