export { Function, type FunctionProps } from "./http-api/function.ts";
export type { FunctionCode, Runtime } from "./http-api/function-code.ts";
export { HttpApi, type HttpApiProps } from "./http-api/http-api.ts";
export type { Cors, Throttling } from "./http-api/limits.ts";
