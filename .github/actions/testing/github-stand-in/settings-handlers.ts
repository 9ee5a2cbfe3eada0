import { answers } from "./answers.ts";
import type { GithubState } from "./github-state.ts";
import type { Answer, Handler } from "./handlers.ts";
import { notFound } from "./not-found.ts";
import { repositoryAnswer } from "./repository-answer.ts";
import type { RepositorySettings, StoredEnvironment } from "./repository-settings.ts";

const forbidden: Answer = { status: 403, body: { message: "Resource not accessible by personal access token" } };
const when = "2026-01-01T00:00:00Z";

/** What only administrators may ask. */
const guarded =
  (answer: (settings: RepositorySettings) => unknown): Handler =>
  (_, { settings }) =>
    settings.isAdministrator ? { status: 200, body: answer(settings) } : forbidden;

/** The calls on what is set up in the repository. */
export const settingsHandlers: Readonly<Record<string, Handler>> = {
  "repos/get": ({ params }, { settings }) => {
    const [owner = "", name = ""] = [params.owner, params.repo];
    const known = repositoryAnswer(owner, name);
    const ownerId = settings.ownerId || answers.user(owner).id;
    const rest = { network_count: 0, subscribers_count: 0, has_discussions: false };
    const { id, private: isPrivate } = settings;
    return {
      status: 200,
      body: { ...known, ...rest, id, private: isPrivate, owner: { ...answers.user(owner), id: ownerId } },
    };
  },
  "repos/get-branch-rules": ({ params }, { settings }) => ({
    status: 200,
    body: params.branch === "main" ? settings.mainRules : [],
  }),
  "repos/get-repo-rulesets": (_, { settings }) => ({
    status: 200,
    body: settings.tagRulesets.map((_ruleset, index) => brief(settings, index)),
  }),
  "repos/get-repo-ruleset": ({ params }, { settings }) => {
    const index = Number(params.ruleset_id);
    const found = settings.tagRulesets[index];
    if (found === undefined) return notFound;
    const conditions = { ref_name: { include: found.refs, exclude: [] } };
    return {
      status: 200,
      body: { ...brief(settings, index), conditions, rules: found.types.map((type) => ({ type })) },
    };
  },
  "repos/get-all-environments": (_, { settings }) => {
    const environments = [...settings.environments].map(([name, each], index) => environment(name, each, index));
    return { status: 200, body: { total_count: environments.length, environments } };
  },
  "repos/list-deployment-branch-policies": ({ params }, state) => policies(state, params.environment_name ?? ""),
  "actions/get-github-actions-default-workflow-permissions-repository": guarded(({ defaultToken, mayApprove }) => ({
    default_workflow_permissions: defaultToken,
    can_approve_pull_request_reviews: mayApprove,
  })),
  "actions/get-custom-oidc-sub-claim-for-repo": guarded(({ defaultSubject }) => ({
    use_default: defaultSubject,
    ...(defaultSubject ? {} : { include_claim_keys: ["repo", "context"] }),
  })),
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

function brief({ tagRulesets }: RepositorySettings, id: number): Record<string, unknown> {
  const source = "octo-org/this-is-project";
  return {
    id,
    name: `tags ${id}`,
    target: "tag",
    source_type: "Repository",
    source,
    enforcement: tagRulesets[id]?.enforcement,
  };
}

function environment(name: string, { refs, reviewers, preventSelfReview }: StoredEnvironment, id: number): unknown {
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
  const all = (found.refs ?? []).map((each, id) => ({ id, node_id: `P_${id}`, name: each, type: "branch" }));
  return { status: 200, body: { total_count: all.length, branch_policies: all } };
}
