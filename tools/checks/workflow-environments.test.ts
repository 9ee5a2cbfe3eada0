import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../apps/infra/src/environment.ts";
import { environment, environmentKeys } from "../../apps/infra/src/environments.ts";
import { renderWorkflow } from "../../apps/infra/src/render-workflow.ts";
import { workflowEnvironments } from "../../apps/infra/src/workflow-environments.ts";

const github = join(__dirname, "../../.github");
const files = [...readdirSync(join(github, "workflows")), "../dependabot.yml"];
const textOf = (file: string) => readFileSync(join(github, "workflows", file), "utf8");
const environments = environmentKeys.map((key) => environment(key));

test(".github/environments.json is what environments.ts says (UPDATE_GOLDEN=1 rewrites it)", () => {
  const printed = JSON.parse(readFileSync(join(github, "environments.json"), "utf8"));
  expect(printed).toEqual(JSON.parse(JSON.stringify(workflowEnvironments())));
  // Services are deployed in this order, which toEqual does not look at.
  const order = (all: object) =>
    JSON.stringify(Object.entries(all).map(([key, { services }]) => [key, Object.keys(services)]));
  expect(order(printed)).toBe(order(workflowEnvironments()));
});

test.each(files)("%s has what derives from environments.ts (UPDATE_GOLDEN=1 rewrites it)", (file) => {
  expect(renderWorkflow(file, textOf(file), environments)).toBe(textOf(file));
});

describe("for another project, with two services, another branch and no name of ours", () => {
  const others = environments.map((each): Environment => {
    const [own] = Object.values(each.services);
    if (own === undefined) throw new Error(`${each.key} has no service`);
    const { port: _, healthCheckPath: __, versionPath: ___, ...worker } = own;
    const github = each.github === undefined ? undefined : { ...each.github, branch: "trunk" };
    return {
      ...each,
      github,
      app: { ...each.app, folder: "shop" },
      services: { api: own, worker } as Environment["services"],
    };
  });
  const rendered = Object.fromEntries(files.map((file) => [file, renderWorkflow(file, textOf(file), others)]));

  test.each(files)("%s names nothing of this one, and comes out the same a second time", (file) => {
    const text = rendered[file] ?? "";
    expect(text.match(/apps\/web|GIT_COMMIT|\bweb\b.*|refs\/heads\/main.*|\[main\].*|\bbe main\b.*/g) ?? []).toEqual(
      [],
    );
    expect(renderWorkflow(file, text, others)).toBe(text);
    expect(renderWorkflow(file, text, environments)).toBe(textOf(file));
  });

  test("what starts by a push, and what is refused elsewhere, is by that branch", () => {
    expect(rendered["apply.yml"]).toContain("  push:\n    branches: [trunk]\n");
    for (const file of ["apply.yml", "drift.yml", "rollback.yml"]) {
      expect(rendered[file]).toContain("if: github.ref == 'refs/heads/trunk'\n");
      expect(rendered[file]).toContain("if: github.ref != 'refs/heads/trunk'\n");
    }
    expect(rendered["refuse-branch.yml"]).toContain("          DEFAULT_BRANCH: trunk\n");
  });

  test("Dependabot looks for packages and base images in that app's folder", () => {
    expect(rendered["../dependabot.yml"]).toContain("directories: [/shop, /apps/local-aws/aws, /apps/cli/linters]\n");
    expect(rendered["../dependabot.yml"]).toContain("    directory: /shop\n");
  });

  test("rollback offers both, staging is asked for the last, and both are deployed in their order", () => {
    expect(rendered["rollback.yml"]).toContain("        options: [api, worker]\n");
    expect(rendered["apply.yml"]).toContain("      group: ecs-staging-worker\n");
    const jobs = rendered["deploy-environment.yml"]?.match(/^ {2}service-\w+:$|^ {4}needs: \[apply.*$/gm);
    expect(jobs).toEqual([
      "  service-api:",
      "    needs: [apply, publish-static]",
      "  service-worker:",
      "    needs: [apply, publish-static, service-api]",
      "    needs: [apply, publish-static, service-api, service-worker]",
    ]);
  });
});
