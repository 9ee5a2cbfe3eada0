export type { Environment, EnvironmentInput, Service } from "./environment.ts";
export { environment, environmentKeys } from "./environments.ts";
export type { ServiceOutput } from "./service-output.ts";
