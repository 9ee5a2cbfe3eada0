import { answers, repositoryAnswer } from "./answers.ts";
import { type Answer, type Call, forbidden, notFound } from "./errors.ts";
import type { Handler } from "./issue-handlers.ts";
import type { GithubState, RepositorySettings, StoredEnvironment, StoredRuleset } from "./state.ts";

const when = "2026-01-01T00:00:00Z";

/** What only administrators may ask. */
const administratorOnly =
  (answer: (settings: RepositorySettings, call: Call) => Answer): Handler =>
  (call, { settings }) =>
    settings.isAdministrator ? answer(settings, call) : forbidden;

/** The calls on what is set up in the repository, rulesets and environments aside. */
export const settingsHandlers: Readonly<Record<string, Handler>> = {
  "repos/get": ({ params }, { settings }) => {
    const [owner = "", name = ""] = [params.owner, params.repo];
    const known = repositoryAnswer(owner, name);
    const ownerId = settings.ownerId || answers.user(owner).id;
    const rest = { network_count: 0, subscribers_count: 0, has_discussions: false };
    const { id, private: isPrivate, defaultBranch } = settings;
    return {
      status: 200,
      body: {
        ...known,
        ...rest,
        id,
        private: isPrivate,
        default_branch: defaultBranch,
        owner: { ...answers.user(owner), id: ownerId },
      },
    };
  },
  "actions/get-github-actions-default-workflow-permissions-repository": administratorOnly(
    ({ defaultToken, mayApprove }) => ({
      status: 200,
      body: { default_workflow_permissions: defaultToken, can_approve_pull_request_reviews: mayApprove },
    }),
  ),
  "actions/set-github-actions-default-workflow-permissions-repository": administratorOnly((settings, { body }) => {
    if (body.default_workflow_permissions !== undefined)
      settings.defaultToken = body.default_workflow_permissions === "read" ? "read" : "write";
    if (body.can_approve_pull_request_reviews !== undefined)
      settings.mayApprove = body.can_approve_pull_request_reviews === true;
    return { status: 204 };
  }),
  "actions/get-custom-oidc-sub-claim-for-repo": administratorOnly(({ defaultSubject }) => ({
    status: 200,
    body: { use_default: defaultSubject, ...(defaultSubject ? {} : { include_claim_keys: ["repo", "context"] }) },
  })),
  "actions/get-repo-variable": administratorOnly(({ variables }, { params: { name = "" } }) => {
    const value = variables.get(name);
    return value === undefined ? notFound : { status: 200, body: { name, value, created_at: when, updated_at: when } };
  }),
  "actions/create-repo-variable": administratorOnly(({ variables }, { body }) => {
    if (variables.has(String(body.name))) return { status: 409, body: { message: "Already exists" } };
    variables.set(String(body.name), String(body.value));
    return { status: 201, body: {} };
  }),
  "actions/update-repo-variable": administratorOnly(({ variables }, { params: { name = "" }, body }) => {
    if (!variables.has(name)) return notFound;
    variables.set(name, String(body.value));
    return { status: 204 };
  }),
  "repos/codeowners-errors": (_, { settings }) => ({
    status: 200,
    body: {
      errors: settings.codeownersErrors.map((error) => ({
        ...error,
        column: 1,
        kind: "Unknown owner",
        path: ".github/CODEOWNERS",
      })),
    },
  }),
};

const source = "octo-org/this-is-project";
/** How a condition may name the default branch. */
const namesOf = (branch: string) => ["~DEFAULT_BRANCH", "~ALL", `refs/heads/${branch}`];

/** The calls on rulesets. */
export const rulesetHandlers: Readonly<Record<string, Handler>> = {
  "repos/get-branch-rules": ({ params }, { settings }) => ({
    status: 200,
    body:
      params.branch === settings.defaultBranch
        ? settings.rulesets.flatMap((each, id) => rulesOf(each, id, settings.defaultBranch))
        : [],
  }),
  "repos/get-repo-rulesets": (_, { settings }) => ({
    status: 200,
    body: settings.rulesets.map((_ruleset, id) => brief(settings, id)),
  }),
  "repos/get-repo-ruleset": ({ params }, { settings }) => {
    const id = Number(params.ruleset_id);
    return settings.rulesets[id] === undefined ? notFound : { status: 200, body: whole(settings, id) };
  },
  "repos/create-repo-ruleset": ({ body }, { settings }) => {
    if (!settings.isAdministrator) return forbidden;
    if (settings.rulesets.some(({ name }) => name === body.name))
      return { status: 422, body: { message: "Validation Failed", errors: ["Name must be unique"] } };
    settings.rulesets.push(body as unknown as StoredRuleset);
    return { status: 201, body: whole(settings, settings.rulesets.length - 1) };
  },
};

function rulesOf(
  { target, enforcement, conditions, rules }: StoredRuleset,
  ruleset_id: number,
  branch: string,
): unknown[] {
  const { include, exclude } = conditions.ref_name;
  const meant = (refs: readonly string[]) => refs.some((ref) => namesOf(branch).includes(ref));
  if (target !== "branch" || enforcement !== "active" || !meant(include) || meant(exclude)) return [];
  return rules.map((rule) => ({ ...rule, ruleset_source_type: "Repository", ruleset_source: source, ruleset_id }));
}

function brief({ rulesets }: RepositorySettings, id: number): Record<string, unknown> {
  const { name, target, enforcement } = rulesets[id] ?? {};
  return { id, name, target, source_type: "Repository", source, enforcement };
}

/** Who may bypass it is shown to those alone who may change it. */
function whole(settings: RepositorySettings, id: number): Record<string, unknown> {
  const { conditions, rules, bypass_actors = [] } = settings.rulesets[id] ?? {};
  return {
    ...brief(settings, id),
    conditions,
    rules,
    ...(settings.isAdministrator ? { bypass_actors } : {}),
  };
}

interface Wanted {
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly { readonly id: number }[] | null;
  readonly deployment_branch_policy?: { readonly custom_branch_policies: boolean } | null;
}

/** The calls on environments and on the refs that may use each. */
export const environmentHandlers: Readonly<Record<string, Handler>> = {
  "repos/get-all-environments": (_, { settings }) => {
    const environments = [...settings.environments].map(([name, each], index) => shown(name, each, index));
    return { status: 200, body: { total_count: environments.length, environments } };
  },
  "repos/create-or-update-environment": ({ params: { environment_name: name = "" }, body }, { settings }) => {
    if (!settings.isAdministrator) return forbidden;
    // What is left out is taken away, as GitHub does.
    const { deployment_branch_policy: policy, reviewers, prevent_self_review = false } = body as Wanted;
    const kept = settings.environments.get(name)?.refs ?? [];
    const each: StoredEnvironment = {
      ...(policy?.custom_branch_policies === true ? { refs: kept } : {}),
      reviewers: (reviewers ?? []).map(({ id }) => `user-${id}`),
      preventSelfReview: prevent_self_review,
    };
    settings.environments.set(name, each);
    return { status: 200, body: shown(name, each, settings.environments.size) };
  },
  "repos/list-deployment-branch-policies": ({ params }, state) => policies(state, params.environment_name ?? ""),
  "repos/create-deployment-branch-policy": ({ params, body }, { settings }) => {
    if (!settings.isAdministrator) return forbidden;
    const refs = settings.environments.get(params.environment_name ?? "")?.refs;
    // Where any ref may use it there is nothing to add to.
    if (refs === undefined) return { status: 404 };
    const name = String(body.name);
    if (refs.includes(name)) return { status: 303 };
    refs.push(name);
    return { status: 200, body: policy(name, refs.length - 1) };
  },
};

function shown(name: string, { refs, reviewers, preventSelfReview }: StoredEnvironment, id: number): unknown {
  const rule = (type: string, rest: object = {}) => ({ id, node_id: `R_${id}_${type}`, type, ...rest });
  const people = reviewers.map((login) => ({ type: "User", reviewer: answers.user(login) }));
  const url = `https://api.github.com/repos/octo-org/this-is-project/environments/${name}`;
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url,
    html_url: url,
    created_at: when,
    updated_at: when,
    protection_rules: [
      ...(people.length > 0
        ? [rule("required_reviewers", { reviewers: people, prevent_self_review: preventSelfReview })]
        : []),
      ...(refs === undefined ? [] : [rule("branch_policy")]),
    ],
    deployment_branch_policy: refs === undefined ? null : { protected_branches: false, custom_branch_policies: true },
  };
}

function policies({ settings }: GithubState, name: string): Answer {
  const found = settings.environments.get(name);
  if (found === undefined) return notFound;
  const all = (found.refs ?? []).map(policy);
  return { status: 200, body: { total_count: all.length, branch_policies: all } };
}

const policy = (name: string, id: number) => ({ id, node_id: `P_${id}`, name, type: "branch" });
