import type { Variables } from "@slipway/core";
import type { Environment } from "@slipway/infra";
import { cliConfiguration, createEngine, type Engine, findTerraform, type Stack } from "@slipway/terraform";
import { createAdopter } from "@slipway/terraform/import";
import type { CliContext } from "./cli-context.ts";
import { synthesize } from "./synthesize.ts";

/** Synthesizes an environment and makes the engine for its stacks; their working folders, records and logs are below `folder`. */
export async function openEnvironment(
  context: Pick<CliContext, "root" | "home" | "print">,
  target: Environment,
  variables: Variables,
  folder: string,
): Promise<{ readonly engine: Engine; readonly stacks: readonly Stack[] }> {
  const [terraform, stacks] = await Promise.all([
    findTerraform(variables),
    synthesize({ root: context.root, environment: target.key, variables }),
  ]);
  const configuration = cliConfiguration({ home: context.home, variables, awsProvider: target.awsProvider });
  const engine = createEngine({
    folder,
    stacks,
    terraform,
    cliConfiguration: configuration,
    variables,
    adopter: createAdopter(variables),
    onEvent: (event) => {
      if (event.type === "notice") context.print(event.text);
    },
  });
  return { engine, stacks };
}
