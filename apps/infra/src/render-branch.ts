import { parse } from "yaml";
import type { Environment } from "./environment.ts";

interface WorkflowText {
  readonly on?: object;
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly { readonly env?: object }[] }>>;
}

/** The one branch from which all environments are applied and deployed; undefined where no environment has a repository. */
export function branchOf(environments: readonly Environment[]): string | undefined {
  const named = environments.flatMap(({ key, github }) =>
    github === undefined ? [] : [[key, github.branch] as const],
  );
  const branches = [...new Set(named.map(([, branch]) => branch))];
  if (branches.length > 1) {
    throw new Error(
      `github.branch of ${named.map(([key]) => key).join(" and ")} (${branches.join(", ")}) must be one, the default branch: one workflow deploys them; name the same in environments.ts.`,
    );
  }
  return branches[0];
}

/** Puts the branch into conditions on the ref. */
export function renderConditions(text: string, branch: string): string {
  return text.replace(/(github\.ref [!=]= 'refs\/heads\/)[^']+(?=')/g, `$1${branch}`);
}

/** Fields that hold the branch: what a push starts, and the variable of steps that name it to people. */
export function branchFields(workflow: WorkflowText, branch: string) {
  const { push }: { push?: { branches?: unknown } | null } = workflow.on ?? {};
  const pushed = Array.isArray(push?.branches) ? [{ path: ["on", "push", "branches"], value: [quoted(branch)] }] : [];
  const told = Object.entries(workflow.jobs ?? {}).flatMap(([id, { steps = [] }]) =>
    steps.flatMap(({ env = {} }, index) =>
      "DEFAULT_BRANCH" in env
        ? [{ path: ["jobs", id, "steps", index, "env", "DEFAULT_BRANCH"], value: quoted(branch) }]
        : [],
    ),
  );
  return [...pushed, ...told];
}

/** YAML reads some names as numbers or as true. */
function quoted(branch: string): string {
  return parse(branch) === branch ? branch : JSON.stringify(branch);
}
