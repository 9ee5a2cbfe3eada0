import type { Finding } from "./finding.ts";
import type { RepositoryEnvironment, RepositorySettings } from "./read-settings.ts";

interface WantedEnvironment {
  readonly refs: readonly string[];
  readonly approval: boolean;
}

const pullRequests = "refs/pull/*/merge";

/** The environments on GitHub: which refs may use each, and where a person must say yes. */
export function judgeEnvironments(
  { environments, repository }: Pick<RepositorySettings, "environments" | "repository">,
  keys: readonly string[],
): readonly Finding[] {
  const wanted: Readonly<Record<string, WantedEnvironment>> = {
    plan: { refs: ["main", pullRequests], approval: false },
    ...Object.fromEntries(keys.map((key) => [key, { refs: ["main"], approval: false }])),
    "production-approval": { refs: ["main"], approval: true },
  };
  return Object.entries(wanted).map(([name, each]): Finding => {
    if (!("value" in environments)) return { state: "unknown", what: `environment ${name}`, why: environments.why };
    const found = environments.value.find((other) => other.name === name);
    const isPrivate = "value" in repository && repository.value.private;
    return judge(name, each, found, isPrivate);
  });
}

function judge(
  name: string,
  wanted: WantedEnvironment,
  found: RepositoryEnvironment | undefined,
  isPrivate: boolean,
): Finding {
  const how = `Settings → Environments → ${name}`;
  const bad = (what: string, remedy = how): Finding => ({ state: "bad", what, how: remedy });
  if (found === undefined) {
    return bad(
      `environment ${name} (missing) must exist, for ${wanted.refs.join(" and ")} alone`,
      `${how}, Deployment branches and tags: Selected`,
    );
  }
  const refs = [...(found.refs ?? [])].sort();
  if (found.refs === undefined || refs.join() !== [...wanted.refs].sort().join()) {
    const shown = found.refs === undefined ? "any ref, or any protected branch" : refs.join(", ") || "none";
    return bad(
      `environment ${name} (${shown}) must be for ${wanted.refs.join(" and ")} alone`,
      `${how}, Deployment branches and tags: Selected`,
    );
  }
  if (!wanted.approval && found.reviewers > 0) {
    return bad(
      `environment ${name} must have no reviewers: a run that waits for them holds its concurrency group and blocks every other`,
      `${how}: take the reviewers away; the yes to production is production-approval's`,
    );
  }
  if (wanted.approval && found.reviewers === 0) {
    const elsewhere =
      "set the repository variable PRODUCTION_BY_DISPATCH=true: production is then applied by dispatch alone";
    return bad(
      `environment ${name} must have reviewers`,
      isPrivate ? `${how}; where the plan of a private repository has none, ${elsewhere}` : how,
    );
  }
  if (wanted.approval && !found.preventSelfReview) {
    return bad(`environment ${name} must not let people approve their own runs`, `${how}: Prevent self-review`);
  }
  const who = wanted.approval ? `, with ${found.reviewers} to say yes` : "";
  return { state: "good", what: `environment ${name} is for ${wanted.refs.join(" and ")} alone${who}` };
}
