import type { PolicyStatement } from "./iam-policy.ts";

type Make = (
  sid: string,
  actions: readonly string[],
  resource: string | readonly string[],
  condition?: PolicyStatement["Condition"],
) => PolicyStatement;

const make =
  (effect: PolicyStatement["Effect"]): Make =>
  (sid, actions, resource, condition) => ({
    Sid: sid,
    Effect: effect,
    Action: actions,
    Resource: resource,
    ...(condition !== undefined && { Condition: condition }),
  });

/** Short ways to write a statement of a role's policy. */
export const statement = { allow: make("Allow"), deny: make("Deny") };
