import type { Json } from "@slipway/plan-review/plan/plan-json";
import { type PlantedSecret, plantedSecrets } from "@slipway/plan-review/testing/planted-secrets";
import type { SmallStacks } from "./small-stacks.ts";

interface PlantedStacks {
  readonly planted: readonly PlantedSecret[];
  /** `data` has planted secrets in its plan, `service` fails with an error that quotes them all. */
  readonly more: NonNullable<SmallStacks["more"]>;
  /** `TF_VAR_…`: the secrets come by variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Known by no plan, no mark, no name and no form: only by the variables of the stack that fails. */
const onlyInFailed: PlantedSecret = {
  what: "a script that no plan has",
  type: "aws_instance",
  attributes: { user_data: "#!/bin/sh\necho Silver-Spoon-44 | docker login --password-stdin\n" },
  secrets: ["Silver-Spoon-44"],
};

/** Secrets for the real engine: each one's attributes are the input of a resource that needs no provider. */
export function plantedStacks(): PlantedStacks {
  const planted = [...plantedSecrets, onlyInFailed];
  const variable = planted.map(({ marks }, index) => [
    `planted_${index}`,
    { type: "any", ...(marks === undefined ? {} : { sensitive: true }) },
  ]);
  const known = plantedSecrets.map((_, index) => [`planted_${index}`, { input: `\${var.planted_${index}}` }]);
  const values = planted.map(({ attributes }, index) => [`TF_VAR_planted_${index}`, JSON.stringify(attributes)]);
  const quoted = planted.flatMap(({ marks }, index) => (marks === undefined ? [index] : []));
  return {
    planted,
    more: {
      data: {
        variable: Object.fromEntries(variable.slice(0, known.length)),
        resource: { terraform_data: Object.fromEntries(known) },
      },
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
