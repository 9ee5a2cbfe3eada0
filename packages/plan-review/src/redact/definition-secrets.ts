import type { Json, JsonResourceChange, PlanJson } from "../plan/plan-json.ts";
import type { Definition } from "../read-definition.ts";

/** Credentials that Terraform is given and an error may quote. */
const credentials = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/**
 * What a stack's definition and Terraform's variables give away of the secrets that an error may quote, in the form of a
 * plan: a stack that could not be planned has none of its own.
 */
export function definitionSecrets(
  definition: Definition,
  variables: Readonly<Record<string, string | undefined>>,
): PlanJson {
  const { resource = {}, variable: declared = {} } = definition;
  const blocks = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, after]): JsonResourceChange => {
      const change = { actions: ["create"], before: null, after: after as Json };
      return { address: `${type}.${name}`, mode: "managed", type, name, change };
    }),
  );
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && name.startsWith("TF_VAR_") ? [[name.slice("TF_VAR_".length), { value }]] : [],
  );
  const keys = credentials.map((name) => [name, { value: variables[name] ?? null }]);
  const defaults = Object.entries(declared).map(([name, { default: value = null }]) => [name, { value }]);
  const known = [...Object.entries(declared), ...credentials.map((name) => [name, { sensitive: true }])];
  return {
    format_version: "1.2",
    resource_changes: blocks,
    variables: Object.fromEntries([...defaults, ...given, ...keys]),
    configuration: { root_module: { variables: Object.fromEntries(known) } },
  };
}
