export { withEngine } from "./open-engine.ts";
export { redactionRules } from "./redact/redact-plan.ts";
export { obtainReport } from "./report/report-file.ts";
