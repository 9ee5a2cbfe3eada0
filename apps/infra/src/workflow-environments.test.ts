import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";
import { workflowEnvironments } from "./workflow-environments.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, { readonly name: string }>>>>;

const path = join(__dirname, "../../../.github/environments.json");
const text = `${JSON.stringify(workflowEnvironments(), null, 2)}\n`;

// biome-ignore lint/style/noProcessEnv: jest takes no flags of ours; this one rewrites the goldens.
if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);

test(".github/environments.json is what environments.ts says (UPDATE_GOLDEN=1 rewrites it)", () => {
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text));
});

test("the names of cluster and services are those that the stacks make", () => {
  for (const [key, { services }] of Object.entries(workflowEnvironments())) {
    const resources = stacksOf(environment(key)).service?.json.resource as Resources;
    const made = (type: string) => Object.values(resources[type] ?? {}).map(({ name }) => name);
    expect(made("aws_ecs_service")).toEqual(Object.values(services).map(({ service }) => service));
    expect(made("aws_ecs_cluster")).toEqual([...new Set(Object.values(services).map(({ cluster }) => cluster))]);
  }
});

test("an environment without a bucket for its state is none of the workflows'", () => {
  expect(Object.keys(workflowEnvironments())).not.toContain("local");
});
