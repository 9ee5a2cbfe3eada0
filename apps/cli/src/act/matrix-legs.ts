import { type Contexts, resolve } from "./interpolate.ts";
import type { Job } from "./workflow.ts";

export interface Leg {
  readonly matrix: Readonly<Record<string, unknown>>;
  /** What act appends to the job's name. */
  readonly suffix: string;
}

/** What only the run tells: how many legs there are, and their values. */
const unknown = "*";

/** The jobs that a matrix makes of one, in act's order; where it depends on another job, one that stands for all. */
export function matrixLegs(job: Job, contexts: Contexts): readonly Leg[] {
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
