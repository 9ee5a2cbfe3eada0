import { readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowEnvironments } from "../../apps/infra/src/workflow-environments.ts";

const path = join(__dirname, "../../.github/environments.json");

test(".github/environments.json is what environments.ts says (UPDATE_GOLDEN=1 rewrites it)", () => {
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(workflowEnvironments())));
});
