import { notFound } from "./errors.ts";
import { forbidden } from "./forbidden.ts";
import type { Handler } from "./issue-handlers.ts";
import type { RepositorySettings, StoredRuleset } from "./repository-settings.ts";

const source = "octo-org/this-is-project";
/** How a condition may name main. */
const refsOfMain = ["~DEFAULT_BRANCH", "~ALL", "refs/heads/main"];

/** The calls on rulesets. */
export const rulesetHandlers: Readonly<Record<string, Handler>> = {
  "repos/get-branch-rules": ({ params }, { settings }) => ({
    status: 200,
    body: params.branch === "main" ? settings.rulesets.flatMap(rulesOfMain) : [],
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

function rulesOfMain({ target, enforcement, conditions, rules }: StoredRuleset, ruleset_id: number): unknown[] {
  const { include, exclude } = conditions.ref_name;
  const meant = (refs: readonly string[]) => refs.some((ref) => refsOfMain.includes(ref));
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
