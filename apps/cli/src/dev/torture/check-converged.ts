import { environment } from "@slipway/infra";
import {
  dockerClient,
  findLocalAws,
  localVariables,
  processesIn,
  thisSystem,
  type Workspace,
} from "@slipway/local-aws";
import { openEnvironment } from "../../environment/open-environment.ts";
import { planDifferences } from "../../local/plan-differences.ts";
import { stateCounts } from "./state-counts.ts";
import { strayContainers } from "./stray-containers.ts";
import { taggedCounts } from "./tagged-counts.ts";
import { unlikeCounts } from "./unlike-counts.ts";

export interface Convergence {
  /** What was found well, in a few words. */
  readonly result: string;
  /** What was not, in words. */
  readonly faults: readonly string[];
}

/** Looks for what a killed loop may leave behind although the next one ended well: orphans, doubles, plans that are not empty. */
export async function checkConverged(workspace: Workspace, incarnations: readonly string[]): Promise<Convergence> {
  const local = environment("local");
  const aws = await findLocalAws(workspace);
  if (aws === undefined) return { result: "", faults: ["the local AWS does not answer"] };
  const { account, region, name } = local;
  const folder = workspace.path("local");
  const variables = localVariables(workspace.variables, { endpoint: aws.endpoint, account, region });
  const left = processesIn(folder).map(({ pid }) => `process ${pid} still works in ${folder}`);

  const { incarnation } = aws;
  const docker = await dockerClient(thisSystem());
  const { found, strays } = await strayContainers({ docker, variables, incarnation, earlier: incarnations });
  const states = stateCounts(`${folder}/state`);
  const doubles = unlikeCounts(await taggedCounts(variables, name), states);

  const { root, home } = workspace;
  const { engine, stacks } = await openEnvironment({ root, home, print: () => undefined }, local, variables, folder);
  const { plans, differences } = await planDifferences(engine, stacks);
  const resources = Object.values(states).reduce((sum, count) => sum + count, 0);
  return {
    result: `${found} containers, ${resources} resources, ${plans - new Set(differences.map((text) => text.split(":")[0])).size} of ${plans} plans empty`,
    faults: [...left, ...strays, ...doubles, ...differences],
  };
}
