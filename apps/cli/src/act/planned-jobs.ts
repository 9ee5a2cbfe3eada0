import { type Contexts, interpolate, type Job, type Permissions, resolve, type Workflow } from "./workflow.ts";

/** A job of a run, including jobs of reusable workflows, with properties that act does not know. */
export interface PlannedJob {
  /** Its name in act's log; `*` stands for what is known only in the run. */
  readonly name: string;
  readonly workflow: string;
  readonly id: string;
  readonly environment: string | undefined;
  /** Whether it may ask for an identity token: `id-token: write` here and in every job that calls it. */
  readonly idToken: boolean;
  readonly concurrency: string | undefined;
}

interface CallContext {
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly contexts: Contexts;
  readonly caller?: { readonly name: string; readonly idToken: boolean };
}

/** Every job that a workflow can run. */
export function plannedJobs(workflow: Workflow, { workflows, contexts, caller }: CallContext): readonly PlannedJob[] {
  return Object.entries(workflow.jobs).flatMap(([id, job]) =>
    matrixLegs(job, contexts).flatMap(({ matrix, suffix }) => {
      const known = { ...contexts, matrix, needs: {}, strategy: {} };
      const own = `${interpolate(job.name ?? id, known)}${suffix}`;
      const idToken = (caller?.idToken ?? true) && writesIdToken(job.permissions ?? workflow.permissions, caller);
      if (job.uses !== undefined) {
        const called = workflows.get(job.uses.replace("./.github/workflows/", ""));
        if (called === undefined) throw new Error(`workflow (${job.uses}) of job ${id} must exist`);
        const inputs = calledInputs(called, job, known);
        return plannedJobs(called, { workflows, contexts: { ...contexts, inputs }, caller: { name: own, idToken } });
      }
      const prefix = caller === undefined ? "" : `${caller.name}/`;
      return [
        {
          name: `${prefix}${workflow.name}/${own}`,
          workflow: workflow.file,
          id,
          environment: named(job.environment, "name", known),
          idToken,
          concurrency: named(job.concurrency, "group", known),
        },
      ];
    }),
  );
}

function writesIdToken(permissions: Permissions | undefined, caller: CallContext["caller"]): boolean {
  // A reusable workflow without permissions has those of its caller.
  if (permissions === undefined) return caller?.idToken ?? false;
  return typeof permissions === "string" ? permissions === "write-all" : permissions["id-token"] === "write";
}

function named<K extends string>(
  value: string | Readonly<Record<K, string>> | undefined,
  key: K,
  contexts: Contexts,
): string | undefined {
  const text = typeof value === "object" ? value[key] : value;
  return text === undefined ? undefined : interpolate(text, contexts) || undefined;
}

/** Inputs of a called workflow: the given values and the defaults. */
function calledInputs(called: Workflow, job: Job, contexts: Contexts): Readonly<Record<string, unknown>> {
  const { inputs = {} } = (called.on.workflow_call ?? {}) as { inputs?: Record<string, { default?: unknown }> };
  const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default ?? ""]);
  const given = Object.entries(job.with ?? {}).map(([name, value]) => [
    name,
    typeof value === "string" ? resolve(value, contexts) : value,
  ]);
  return Object.fromEntries([...defaults, ...given]);
}

/** The job that act's log calls `name`. */
export function jobNamed(jobs: readonly PlannedJob[], name: string): PlannedJob | undefined {
  return jobs.find((job) => job.name === name) ?? jobs.find((job) => pattern(job.name).test(name));
}

const pattern = (name: string) =>
  new RegExp(
    `^${name
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"))
      .join(".*")}$`,
  );

export interface Leg {
  readonly matrix: Readonly<Record<string, unknown>>;
  /** What act appends to the job's name. */
  readonly suffix: string;
}

/** Stands for a value that is known only at run time. */
const unknown = "*";

/** Expands a job's matrix in act's order. A matrix that depends on another job gives one entry for all its jobs. */
function matrixLegs(job: Job, contexts: Contexts): readonly Leg[] {
  const { matrix } = job.strategy ?? {};
  if (typeof matrix === "string") return [{ matrix: {}, suffix: unknown }];
  if (typeof matrix !== "object" || matrix === null) return [{ matrix: {}, suffix: "" }];
  const { include = [], exclude: _, ...axes } = matrix as Record<string, unknown>;
  if (Object.values(axes).some((values) => !Array.isArray(values))) {
    return [{ matrix: Object.fromEntries(Object.keys(axes).map((axis) => [axis, unknown])), suffix: unknown }];
  }
  const known = (value: unknown) => (typeof value === "string" ? resolve(value, contexts) : value);
  const combinations = Object.entries(axes as Record<string, readonly unknown[]>).reduce<Leg["matrix"][]>(
    (some, [axis, values]) => some.flatMap((leg) => values.map((value) => ({ ...leg, [axis]: known(value) }))),
    [{}],
  );
  const added = include as readonly Leg["matrix"][];
  const all = Object.keys(axes).length === 0 && added.length > 0 ? added : [...combinations, ...added];
  return all.map((leg, index) => ({ matrix: leg, suffix: all.length > 1 ? `-${index + 1}` : "" }));
}

/** Settings of one environment of the repository on GitHub. */
export interface EnvironmentRule {
  /** Refs whose jobs may use it: `refs/heads/main`; none for all. */
  readonly ref?: RegExp;
  /** Whether a job of this environment needs an approval before it starts. */
  readonly reviewed?: boolean;
}

/** Environment protection rules as in the repository's settings, which act does not read. */
export const environmentRules: Readonly<Record<string, EnvironmentRule>> = {
  staging: { ref: /^refs\/heads\/main$/ },
  production: { ref: /^refs\/heads\/main$/ },
  "production-approval": { ref: /^refs\/heads\/main$/, reviewed: true },
};
