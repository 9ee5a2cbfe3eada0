import picomatch from "picomatch";
import type { Workflow } from "./workflow.ts";
import type { WorkflowEvent } from "./workflow-event.ts";

interface Filter {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly "branches-ignore"?: readonly string[];
  readonly tags?: readonly string[];
  readonly paths?: readonly string[];
  readonly "paths-ignore"?: readonly string[];
  readonly workflows?: readonly string[];
}

interface PullRequest {
  readonly action: string;
  readonly pull_request: { readonly base: { readonly ref: string } };
}

/**
 * Whether GitHub would start the workflow: act starts whatever it is given. `changed` are the paths that the push or the pull request
 * changes.
 */
export function startsOn(workflow: Workflow, event: WorkflowEvent, changed: readonly string[]): boolean {
  if (!(event.name in workflow.on)) return false;
  const filter = (workflow.on[event.name] ?? {}) as Filter;
  if (event.name === "pull_request") {
    const { action, pull_request } = event.payload as unknown as PullRequest;
    const types = filter.types ?? ["opened", "synchronize", "reopened"];
    return types.includes(action) && matches(filter, "branches", pull_request.base.ref) && touches(filter, changed);
  }
  if (event.name !== "push") return true;
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(event.ref) ?? [];
  // A filter on tags alone leaves branches out, and the other way round.
  const only = (wanted: keyof Filter, other: keyof Filter) =>
    filter[wanted] !== undefined && filter[other] === undefined;
  if (kind === "tags") return !only("branches", "tags") && matches(filter, "tags", name);
  return !only("tags", "branches") && matches(filter, "branches", name) && touches(filter, changed);
}

function matches(filter: Filter, kind: "branches" | "tags", name: string): boolean {
  const ignored = kind === "branches" ? filter["branches-ignore"] : undefined;
  if (ignored !== undefined) return !chosen(ignored, name);
  const patterns = filter[kind];
  return patterns === undefined || chosen(patterns, name);
}

function touches(filter: Filter, changed: readonly string[]): boolean {
  const { paths, "paths-ignore": ignored } = filter;
  if (ignored !== undefined) return changed.some((path) => !chosen(ignored, path));
  return paths === undefined || changed.some((path) => chosen(paths, path));
}

/** The last pattern that fits decides; one with a `!` takes back. */
function chosen(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((taken, pattern) => {
    const takesBack = pattern.startsWith("!");
    const fits = picomatch.isMatch(name, takesBack ? pattern.slice(1) : pattern, { dot: true });
    return fits ? !takesBack : taken;
  }, false);
}
