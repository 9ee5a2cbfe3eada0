export type { PolicyStatement } from "./policy-statement.ts";
export { StateBackend, type StateBackendProps } from "./state-backend.ts";
export { applyStatements, planWriterStatements, type StatePlace } from "./state-statements.ts";
