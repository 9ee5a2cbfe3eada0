import type { ApiResult, MainRule, RepositoryEnvironment, RepositorySettings } from "./settings.ts";

interface WantedEnvironment {
  readonly refs: readonly string[];
  readonly approval: boolean;
}

const variable = "PRODUCTION_BY_DISPATCH";
const setVariable = `gh variable set ${variable} --body true`;

/** Checks GitHub's environments: their allowed refs and required reviewers. */
function checkGithubEnvironments(
  settings: Pick<RepositorySettings, "environments" | "repository" | "byDispatch">,
  keys: readonly string[],
  branch: string,
): readonly Finding[] {
  const { environments } = settings;
  const wanted: Readonly<Record<string, WantedEnvironment>> = {
    ...Object.fromEntries(keys.map((key) => [key, { refs: [branch], approval: false }])),
    "production-approval": { refs: [branch], approval: true },
  };
  return Object.entries(wanted).map(([name, each]): Finding => {
    if (!("value" in environments))
      return { state: "unknown", what: `environment ${name}`, reason: environments.reason };
    const found = environments.value.find((other) => other.name === name);
    const refs = found?.refs;
    if (found === undefined || refs === undefined || [...refs].sort().join() !== [...each.refs].sort().join())
      return wrongRefs(name, each, found);
    return each.approval ? checkApproval(name, each, found, settings) : checkNoReviewers(name, each, found);
  });
}

const settingsPath = (name: string) => `Settings → Environments → ${name}`;

function wrongRefs(name: string, { refs }: WantedEnvironment, found: RepositoryEnvironment | undefined): Finding {
  const wanted = `for ${refs.join(" and ")} alone`;
  const shown = found?.refs === undefined ? "any ref, or any protected branch" : found.refs.join(", ") || "none";
  return {
    state: "bad",
    what:
      found === undefined
        ? `environment ${name} (missing) must exist, ${wanted}`
        : `environment ${name} (${shown}) must be ${wanted}`,
    next: `${settingsPath(name)}, Deployment branches and tags: Selected`,
  };
}

function checkNoReviewers(name: string, { refs }: WantedEnvironment, { reviewers }: RepositoryEnvironment): Finding {
  if (reviewers === 0) return { state: "good", what: `environment ${name} is for ${refs.join(" and ")} alone` };
  return {
    state: "bad",
    what: `environment ${name} must have no reviewers: a run that waits for them holds its concurrency group and blocks every other`,
    next: `${settingsPath(name)}: take the reviewers away; production is approved in production-approval`,
  };
}

function checkApproval(
  name: string,
  { refs }: WantedEnvironment,
  { reviewers, preventSelfReview }: RepositoryEnvironment,
  { repository, byDispatch }: Pick<RepositorySettings, "repository" | "byDispatch">,
): Finding {
  const bad = (what: string, next: string): Finding => ({ state: "bad", what, next });
  if (reviewers > 0 && !preventSelfReview)
    return bad(
      `environment ${name} must not let people approve their own runs`,
      `${settingsPath(name)}: Prevent self-review`,
    );
  if (reviewers > 0)
    return {
      state: "good",
      what: `environment ${name} is for ${refs.join(" and ")} alone, with ${reviewers} to approve`,
    };
  // Public repositories can have required reviewers on every GitHub plan.
  if (!("value" in repository) || !repository.value.private)
    return bad(`environment ${name} must have reviewers`, settingsPath(name));
  if (!("value" in byDispatch))
    return {
      state: "unknown",
      what: `whether ${variable} makes up for the reviewers of ${name}`,
      reason: byDispatch.reason,
    };
  // GitHub compares without regard to case.
  if (byDispatch.value?.toLowerCase() === "true")
    return {
      state: "good",
      what: `production by dispatch alone: environment ${name} is for ${refs.join(" and ")} alone and has no reviewers`,
    };
  const elsewhere = `where the plan of a private repository has none: ${setVariable} (production is then applied by dispatch alone)`;
  return byDispatch.value === undefined
    ? bad(`environment ${name} must have reviewers`, `${settingsPath(name)}; ${elsewhere}`)
    : bad(
        `the variable ${variable} (${byDispatch.value}) must be true, or environment ${name} have reviewers`,
        setVariable,
      );
}

export interface Expected {
  /** Numbers of owner and repository, as `environments.ts` has them. */
  readonly ownerId: string;
  readonly id: string;
  /** The default branch, as `environments.ts` has it. */
  readonly branch: string;
  /** Keys of the environments that workflows apply to. */
  readonly environments: readonly string[];
  /** Names of the checks that every pull request must pass. */
  readonly checks: readonly string[];
}

/** Compares the repository's settings with what the workflows need. */
export function checkSettings(settings: RepositorySettings, expected: Expected): readonly Finding[] {
  const { branch } = expected;
  const { repository, mainRules, tagRules, token, defaultSubject, ownerErrors, labels } = settings;
  return [
    evaluateResult(repository, "numbers of the repository", ({ id, ownerId }) =>
      id === expected.id && ownerId === expected.ownerId
        ? good(`the roles trust this very repository (${ownerId}/${id})`)
        : bad(
            `github in environments.ts (${expected.ownerId}/${expected.id}) must be the numbers of this repository, ${ownerId}/${id}`,
            "correct ownerId and id there, then run bootstrap of each environment again",
          ),
    ),
    evaluateResult(repository, "default branch", ({ defaultBranch }) =>
      defaultBranch === branch
        ? good(`${branch} is the default branch`)
        : bad(
            `the default branch (${defaultBranch}) must be ${branch}, as github.branch in environments.ts has it`,
            "name the default branch there, print what derives from it (UPDATE_GOLDEN=1 npm run test:unit) and run bootstrap of each environment again; or Settings → General → Default branch",
          ),
    ),
    evaluateResult(mainRules, `protection of ${branch}`, (rules) => checkMainRules(rules, expected)),
    evaluateResult(tagRules, "protection of release tags", (all) =>
      all.some(
        ({ refs, types }) => refs.some(isOfReleases) && ["update", "deletion"].every((type) => types.includes(type)),
      )
        ? good("release tags can be neither moved nor deleted")
        : bad(
            "tags v* must be protected against updates and deletion: others pin them",
            "Settings → Rules → New tag ruleset: target v*, restrict updates and deletions",
          ),
    ),
    ...checkGithubEnvironments(settings, expected.environments, branch),
    evaluateResult(token, "default token of Actions", ({ write, mayApprove }) =>
      write || mayApprove
        ? bad(
            `the default token of Actions (${write ? "writes" : "reads"}${mayApprove ? ", may approve pull requests" : ""}) must only read, and approve nothing`,
            "Settings → Actions → General → Workflow permissions",
          )
        : good("the default token of Actions only reads"),
    ),
    evaluateResult(defaultSubject, "subject of OIDC tokens", (isDefault) =>
      isDefault
        ? good("OIDC tokens carry GitHub's own subject, which the roles trust")
        : bad(
            "the subject of OIDC tokens (customized) must be GitHub's own: the roles trust no other",
            "gh api -X PUT repos/OWNER/NAME/actions/oidc/customization/sub -F use_default=true",
          ),
    ),
    evaluateResult(ownerErrors, "owners in CODEOWNERS", (errors) =>
      errors.length === 0
        ? good("GitHub knows every owner in CODEOWNERS")
        : bad(`CODEOWNERS must name owners with write access; GitHub says ${errors.join("; ")}`, "correct the file"),
    ),
    evaluateResult(labels, "labels", (names) =>
      names.includes("allow-destroy")
        ? good("the label allow-destroy is there")
        : bad(
            "the label allow-destroy must exist: it is how a pull request may replace or destroy what holds data",
            "gh label create allow-destroy",
          ),
    ),
  ];
}

const isOfReleases = (ref: string) =>
  ["~ALL", "refs/tags/v*", "refs/tags/*", "refs/tags/v*.*.*", "refs/tags/**"].includes(ref);

const good = (what: string): Finding => ({ state: "good", what });
const bad = (what: string, next: string): Finding => ({ state: "bad", what, next });

function evaluateResult<T>(result: ApiResult<T>, what: string, evaluate: (value: T) => Finding): Finding {
  return "value" in result ? evaluate(result.value) : { state: "unknown", what, reason: result.reason };
}

/** Checks that the default branch accepts only reviewed and checked pull requests, without bypass. `checks` are the required status checks. */
function checkMainRules(rules: readonly MainRule[], { branch, checks }: Pick<Expected, "branch" | "checks">): Finding {
  const missing = missingIn(rules, checks);
  if (missing.length > 0) {
    return {
      state: "bad",
      what: `${branch} must be protected; a ruleset must still ask for: ${missing.join(", ")}`,
      next: "Settings → Rules → New branch ruleset: target the default branch (classic branch protection is not looked at)",
    };
  }
  // A rule still holds if another ruleset without bypass has it too.
  const open = missingIn(
    rules.filter(({ bypass }) => bypass === undefined || bypass.length === 0),
    checks,
  );
  if (open.length > 0) {
    const who = rules.flatMap(({ ruleset, bypass = [] }) => bypass.map((each) => `${each} of ruleset ${ruleset}`));
    return {
      state: "bad",
      what: `the rules of ${branch} must bind everybody; ${[...new Set(who)].join(", ")} may bypass: ${open.join(", ")}`,
      next: "Settings → Rules → the ruleset: empty its bypass list",
    };
  }
  const sure = missingIn(
    rules.filter(({ bypass }) => bypass?.length === 0),
    checks,
  );
  if (sure.length > 0) {
    return {
      state: "unknown",
      what: `who may bypass the rules of ${branch}`,
      reason:
        "not seen: GitHub shows it to those alone who may change the ruleset; there are rules for all that the branch needs",
    };
  }
  return { state: "good", what: `${branch} takes reviewed and checked pull requests only, from everybody` };
}

function missingIn(rules: readonly MainRule[], wanted: readonly string[]): readonly string[] {
  const pulls = rules.filter(({ type }) => type === "pull_request").map(({ parameters = {} }) => parameters);
  const checks = rules.flatMap(({ type, parameters }) =>
    type === "required_status_checks"
      ? ((parameters?.required_status_checks ?? []) as { context: string }[]).map(({ context }) => context)
      : [],
  );
  return [
    ...(pulls.some((each) => Number(each.required_approving_review_count) > 0) ? [] : ["an approved pull request"]),
    ...(pulls.some((each) => each.require_code_owner_review === true) ? [] : ["a review by code owners"]),
    // Each push changes the plan, so an approval of an earlier push must be dismissed.
    ...(pulls.some((each) => each.dismiss_stale_reviews_on_push === true) ? [] : ["a new approval after each push"]),
    ...wanted.filter((name) => !checks.includes(name)).map((name) => `the check "${name}"`),
    ...(rules.some(({ type }) => type === "non_fast_forward") ? [] : ["no force push"]),
    ...(rules.some(({ type }) => type === "deletion") ? [] : ["no deletion"]),
  ];
}

/** Result of one check: good, bad with what to do next, or unknown with the reason. */
export type Finding =
  | { readonly state: "good"; readonly what: string }
  | { readonly state: "bad"; readonly what: string; readonly next: string }
  | { readonly state: "unknown"; readonly what: string; readonly reason: string };
