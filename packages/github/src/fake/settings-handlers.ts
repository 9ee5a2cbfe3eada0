import { answers } from "./answers.ts";
import { notFound } from "./errors.ts";
import { forbidden } from "./forbidden.ts";
import type { Answer, Call, Handler } from "./issue-handlers.ts";
import { repositoryAnswer } from "./repository-answer.ts";
import type { RepositorySettings } from "./repository-settings.ts";

const when = "2026-01-01T00:00:00Z";

/** What only administrators may ask. */
const guarded =
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
    const { id, private: isPrivate } = settings;
    return {
      status: 200,
      body: { ...known, ...rest, id, private: isPrivate, owner: { ...answers.user(owner), id: ownerId } },
    };
  },
  "actions/get-github-actions-default-workflow-permissions-repository": guarded(({ defaultToken, mayApprove }) => ({
    status: 200,
    body: { default_workflow_permissions: defaultToken, can_approve_pull_request_reviews: mayApprove },
  })),
  "actions/set-github-actions-default-workflow-permissions-repository": guarded((settings, { body }) => {
    if (body.default_workflow_permissions !== undefined)
      settings.defaultToken = body.default_workflow_permissions === "read" ? "read" : "write";
    if (body.can_approve_pull_request_reviews !== undefined)
      settings.mayApprove = body.can_approve_pull_request_reviews === true;
    return { status: 204 };
  }),
  "actions/get-custom-oidc-sub-claim-for-repo": guarded(({ defaultSubject }) => ({
    status: 200,
    body: { use_default: defaultSubject, ...(defaultSubject ? {} : { include_claim_keys: ["repo", "context"] }) },
  })),
  "actions/get-repo-variable": guarded(({ variables }, { params: { name = "" } }) => {
    const value = variables.get(name);
    return value === undefined ? notFound : { status: 200, body: { name, value, created_at: when, updated_at: when } };
  }),
  "actions/create-repo-variable": guarded(({ variables }, { body }) => {
    if (variables.has(String(body.name))) return { status: 409, body: { message: "Already exists" } };
    variables.set(String(body.name), String(body.value));
    return { status: 201, body: {} };
  }),
  "actions/update-repo-variable": guarded(({ variables }, { params: { name = "" }, body }) => {
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
