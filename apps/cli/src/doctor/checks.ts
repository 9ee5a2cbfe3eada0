import type { Finding } from "./finding.ts";
import type { RepositoryEnvironment, RepositorySettings } from "./settings.ts";

interface WantedEnvironment {
  readonly refs: readonly string[];
  readonly approval: boolean;
}

const pullRequests = "refs/pull/*/merge";

const variable = "PRODUCTION_BY_DISPATCH";
const setVariable = `gh variable set ${variable} --body true`;

/** The environments on GitHub: which refs may use each, and where a person must say yes. */
export function judgeEnvironments(
  settings: Pick<RepositorySettings, "environments" | "repository" | "byDispatch">,
  keys: readonly string[],
): readonly Finding[] {
  const { environments } = settings;
  const wanted: Readonly<Record<string, WantedEnvironment>> = {
    plan: { refs: ["main", pullRequests], approval: false },
    ...Object.fromEntries(keys.map((key) => [key, { refs: ["main"], approval: false }])),
    "production-approval": { refs: ["main"], approval: true },
  };
  return Object.entries(wanted).map(([name, each]): Finding => {
    if (!("value" in environments)) return { state: "unknown", what: `environment ${name}`, why: environments.why };
    const found = environments.value.find((other) => other.name === name);
    const refs = found?.refs;
    if (found === undefined || refs === undefined || [...refs].sort().join() !== [...each.refs].sort().join())
      return wrongRefs(name, each, found);
    return each.approval ? judgeApproval(name, found, settings) : judgeOpen(name, each, found);
  });
}

const place = (name: string) => `Settings → Environments → ${name}`;

function wrongRefs(name: string, { refs }: WantedEnvironment, found: RepositoryEnvironment | undefined): Finding {
  const wanted = `for ${refs.join(" and ")} alone`;
  const shown = found?.refs === undefined ? "any ref, or any protected branch" : found.refs.join(", ") || "none";
  return {
    state: "bad",
    what:
      found === undefined
        ? `environment ${name} (missing) must exist, ${wanted}`
        : `environment ${name} (${shown}) must be ${wanted}`,
    how: `${place(name)}, Deployment branches and tags: Selected`,
  };
}

function judgeOpen(name: string, { refs }: WantedEnvironment, { reviewers }: RepositoryEnvironment): Finding {
  if (reviewers === 0) return { state: "good", what: `environment ${name} is for ${refs.join(" and ")} alone` };
  return {
    state: "bad",
    what: `environment ${name} must have no reviewers: a run that waits for them holds its concurrency group and blocks every other`,
    how: `${place(name)}: take the reviewers away; the yes to production is production-approval's`,
  };
}

function judgeApproval(
  name: string,
  { reviewers, preventSelfReview }: RepositoryEnvironment,
  { repository, byDispatch }: Pick<RepositorySettings, "repository" | "byDispatch">,
): Finding {
  const bad = (what: string, how: string): Finding => ({ state: "bad", what, how });
  if (reviewers > 0 && !preventSelfReview)
    return bad(`environment ${name} must not let people approve their own runs`, `${place(name)}: Prevent self-review`);
  if (reviewers > 0)
    return { state: "good", what: `environment ${name} is for main alone, with ${reviewers} to say yes` };
  // A public repository has reviewers on every plan: there is no reason to do without.
  if (!("value" in repository) || !repository.value.private)
    return bad(`environment ${name} must have reviewers`, place(name));
  if (!("value" in byDispatch))
    return { state: "unknown", what: `whether ${variable} makes up for the reviewers of ${name}`, why: byDispatch.why };
  // GitHub compares without regard to case.
  if (byDispatch.value?.toLowerCase() === "true")
    return {
      state: "good",
      what: `production by dispatch alone: environment ${name} is for main alone and asks nobody`,
    };
  const elsewhere = `where the plan of a private repository has none: ${setVariable} (production is then applied by dispatch alone)`;
  return byDispatch.value === undefined
    ? bad(`environment ${name} must have reviewers`, `${place(name)}; ${elsewhere}`)
    : bad(
        `the variable ${variable} (${byDispatch.value}) must be true, or environment ${name} have reviewers`,
        setVariable,
      );
}
