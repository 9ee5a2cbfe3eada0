import type { GithubClient } from "@slipway/github/client";

export type Repository = { readonly owner: string; readonly repo: string };

export interface RepositoryEnvironment {
  readonly name: string;
  /** Patterns of the refs that may use it; undefined: any ref, or any protected branch. */
  readonly refs: readonly string[] | undefined;
  readonly reviewers: number;
  readonly preventSelfReview: boolean;
}

export interface TagRules {
  readonly refs: readonly string[];
  readonly types: readonly string[];
}

/** Settings of a GitHub repository, as far as the token may read them. */
export interface RepositorySettings {
  readonly repository: ApiResult<{
    readonly id: string;
    readonly ownerId: string;
    readonly private: boolean;
    readonly defaultBranch: string;
  }>;
  readonly mainRules: ApiResult<readonly MainRule[]>;
  readonly tagRules: ApiResult<readonly TagRules[]>;
  readonly environments: ApiResult<readonly RepositoryEnvironment[]>;
  readonly token: ApiResult<{ readonly write: boolean; readonly mayApprove: boolean }>;
  readonly defaultSubject: ApiResult<boolean>;
  readonly ownerErrors: ApiResult<readonly string[]>;
  readonly labels: ApiResult<readonly string[]>;
  /** The variable PRODUCTION_BY_DISPATCH of Actions; undefined: not set. */
  readonly byDispatch: ApiResult<string | undefined>;
}

/** Reads the settings from the GitHub API; what the token may not read is unknown. */
export async function readSettings(
  client: GithubClient,
  repo: Repository,
  branch: string,
): Promise<RepositorySettings> {
  const [repository, mainRules, tagRules, environments, token, defaultSubject, ownerErrors, labels, byDispatch] =
    await Promise.all([
      toApiResult(async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}", repo);
        const { id, owner, default_branch: defaultBranch } = data;
        return { id: String(id), ownerId: String(owner.id), private: data.private, defaultBranch };
      }),
      toApiResult(() => readMainRules(client, repo, branch)),
      toApiResult(() => readTagRules(client, repo)),
      toApiResult(() => readEnvironments(client, repo)),
      toApiResult(async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/actions/permissions/workflow", repo);
        return {
          write: data.default_workflow_permissions === "write",
          mayApprove: data.can_approve_pull_request_reviews,
        };
      }),
      toApiResult(async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/actions/oidc/customization/sub", repo);
        return data.use_default;
      }),
      toApiResult(async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/codeowners/errors", repo);
        return data.errors.map(({ line, message }) => `line ${line}: ${message.split("\n")[0] ?? ""}`);
      }),
      toApiResult(async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/labels", { ...repo, per_page: 100 });
        return data.map(({ name }) => name);
      }),
      toApiResult(() => readVariable(client, repo, "PRODUCTION_BY_DISPATCH"), "Variables: read"),
    ]);
  return {
    repository,
    mainRules,
    tagRules,
    environments,
    token,
    defaultSubject,
    ownerErrors,
    labels,
    byDispatch,
  };
}

async function toApiResult<T>(call: () => Promise<T>, needed = "Administration: read"): Promise<ApiResult<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    const { status, message } = error as { status?: number; message: string };
    if (status === 401) return { reason: "GitHub does not know the token" };
    if (status === 403 || status === 404) return { reason: `the token may not see it (${status}); it needs ${needed}` };
    return { reason: `GitHub could not be asked (${message.split("\n")[0] ?? ""})` };
  }
}

async function readVariable(client: GithubClient, repo: Repository, name: string): Promise<string | undefined> {
  try {
    const route = "GET /repos/{owner}/{repo}/actions/variables/{name}";
    return (await client.request(route, { ...repo, name })).data.value;
  } catch (error) {
    // A token that may not see variables gets a 403.
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}

async function readTagRules(client: GithubClient, repo: Repository): Promise<readonly TagRules[]> {
  const { data } = await client.request("GET /repos/{owner}/{repo}/rulesets", { ...repo, per_page: 100 });
  const inForce = data.filter(({ target, enforcement }) => target === "tag" && enforcement === "active");
  return Promise.all(
    inForce.map(async ({ id }) => {
      const at = { ...repo, ruleset_id: id };
      const { data: whole } = await client.request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", at);
      const { ref_name } = (whole.conditions ?? {}) as { ref_name?: { include?: string[] } };
      return { refs: ref_name?.include ?? [], types: (whole.rules ?? []).map(({ type }) => type) };
    }),
  );
}

async function readEnvironments(client: GithubClient, repo: Repository): Promise<readonly RepositoryEnvironment[]> {
  const { data } = await client.request("GET /repos/{owner}/{repo}/environments", { ...repo, per_page: 100 });
  return Promise.all(
    (data.environments ?? []).map(async ({ name, protection_rules: rules = [], deployment_branch_policy: policy }) => {
      const review = rules.find(({ type }) => type === "required_reviewers") as
        | { reviewers?: unknown[]; prevent_self_review?: boolean }
        | undefined;
      return {
        name,
        refs: policy?.custom_branch_policies === true ? await readRefs(client, repo, name) : undefined,
        reviewers: review?.reviewers?.length ?? 0,
        preventSelfReview: review?.prevent_self_review ?? false,
      };
    }),
  );
}

async function readRefs(client: GithubClient, repo: Repository, environment_name: string): Promise<readonly string[]> {
  const route = "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
  const { data } = await client.request(route, { ...repo, environment_name, per_page: 100 });
  return data.branch_policies.map(({ name = "" }) => name);
}

export interface MainRule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Name of the ruleset it is of. */
  readonly ruleset: string;
  /** Bypass actors as GitHub names them; undefined if the token may not see them. */
  readonly bypass: readonly string[] | undefined;
}

/** Active rules of the default branch, including the organization's, each with its bypass actors. */
async function readMainRules(client: GithubClient, repo: Repository, branch: string): Promise<readonly MainRule[]> {
  const at = { ...repo, branch, per_page: 100 };
  const { data } = await client.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", at);
  const rules = data as readonly (Pick<MainRule, "type" | "parameters"> & { readonly ruleset_id?: number })[];
  const ids = [...new Set(rules.map(({ ruleset_id }) => ruleset_id))];
  const rulesets = new Map(await Promise.all(ids.map(async (id) => [id, await readBypass(client, repo, id)] as const)));
  return rules.map(({ type, parameters, ruleset_id }) => ({
    type,
    ...(parameters === undefined ? {} : { parameters }),
    ruleset: rulesets.get(ruleset_id)?.name ?? "",
    bypass: rulesets.get(ruleset_id)?.bypass,
  }));
}

type Bypass = { readonly name: string; readonly bypass: readonly string[] | undefined };

async function readBypass(client: GithubClient, repo: Repository, id: number | undefined): Promise<Bypass> {
  const unseen = { name: String(id ?? "unnamed"), bypass: undefined };
  if (id === undefined) return unseen;
  try {
    const route = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}";
    const { data } = await client.request(route, { ...repo, ruleset_id: id });
    const bypass = data.bypass_actors?.map(({ actor_type, actor_id }) =>
      actor_id == null ? actor_type : `${actor_type} ${actor_id}`,
    );
    return { name: data.name, bypass };
  } catch (error) {
    // The token may not be allowed to read an organization's ruleset, whose rules still apply.
    const { status } = error as { status?: number };
    if (status === 403 || status === 404) return unseen;
    throw error;
  }
}

/** A result of the GitHub API, or the reason why it is unknown. */
export type ApiResult<T> = { readonly value: T } | { readonly reason: string };
