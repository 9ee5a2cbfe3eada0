import { answers } from "./answers.ts";
import { notFound } from "./errors.ts";
import { forbidden } from "./forbidden.ts";
import type { Answer, Handler } from "./issue-handlers.ts";
import type { StoredEnvironment } from "./repository-settings.ts";
import type { GithubState } from "./state.ts";

const when = "2026-01-01T00:00:00Z";

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
