import { ensureGoTool, type GoToolRequest } from "./tools.ts";

/** Path of act, which runs GitHub's workflows on this machine. */
export const ensureAct = (request: GoToolRequest): Promise<string> =>
  ensureGoTool({ module: "github.com/nektos/act", version: "v0.2.89", purpose: "run the workflows" }, request);
