import type { PlannedJob } from "./planned-jobs.ts";

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
