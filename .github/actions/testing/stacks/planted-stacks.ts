import type { Json } from "../../lib/plan/plan-json.ts";
import { plantedSecrets } from "../plans/planted-secrets.ts";
import type { SmallStacks } from "./small-stacks.ts";

interface PlantedStacks {
  /** `data` has every planted secret in its plan, `service` fails with an error that quotes them. */
  readonly more: NonNullable<SmallStacks["more"]>;
  /** `TF_VAR_…`: the secrets come by variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Secrets for the real engine: each one's attributes are the input of a resource that needs no provider. */
export function plantedStacks(): PlantedStacks {
  const variable = plantedSecrets.map(({ marks }, index) => [
    `planted_${index}`,
    { type: "any", ...(marks === undefined ? {} : { sensitive: true }) },
  ]);
  const inputs = plantedSecrets.map((_, index) => [`planted_${index}`, { input: `\${var.planted_${index}}` }]);
  const values = plantedSecrets.map(({ attributes }, index) => [`TF_VAR_planted_${index}`, JSON.stringify(attributes)]);
  const quoted = plantedSecrets.flatMap(({ marks }, index) => (marks === undefined ? [index] : []));
  return {
    more: {
      data: { variable: Object.fromEntries(variable), resource: { terraform_data: Object.fromEntries(inputs) } },
      service: {
        variable: { ...Object.fromEntries(variable), off: { type: "bool", default: false } },
        resource: { terraform_data: { broken: { lifecycle: { precondition: quoted.map(failing) } } } },
      },
    },
    variables: Object.fromEntries(values),
  };
}

function failing(index: number): { readonly [name: string]: Json } {
  return { condition: "${var.off}", error_message: `\${jsonencode(var.planted_${index})} is refused.` };
}
