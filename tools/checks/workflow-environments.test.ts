import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workflowEnvironments } from "../../apps/infra/src/workflow-environments.ts";

const path = join(__dirname, "../../.github/environments.json");
const text = `${JSON.stringify(workflowEnvironments(), null, 2)}\n`;

if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);

test(".github/environments.json is what environments.ts says (UPDATE_GOLDEN=1 rewrites it)", () => {
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text));
});
