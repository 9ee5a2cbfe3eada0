import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Engine, Stack } from "@slipway/terraform";
import type { AwsLeftovers } from "./leftovers.ts";

/** What stands to be lost with an environment. */
export interface Survey {
  readonly resources: Readonly<Record<string, number>>;
  readonly repositories: readonly { readonly name: string; readonly images: number }[];
  readonly services: readonly ServicePlace[];
}

export interface ServicePlace {
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  readonly running: number;
}

interface ServiceOutput {
  readonly cluster: string;
  readonly service: string;
  readonly task_definition_family: string;
}

/**
 * Reads what there is from the stacks' outputs and AWS. What an interrupted destroy had found is added from `path`: its outputs are
 * gone by then, its task definition revisions are not.
 */
export async function survey(
  engine: Engine,
  stacks: readonly Stack[],
  leftovers: AwsLeftovers,
  path: string,
): Promise<Survey> {
  const resources: Record<string, number> = {};
  const earlier = readEarlier(path);
  const repositories = new Set(earlier.repositories.map(({ name }) => name));
  const services = new Map(earlier.services.map((each) => [each.family, each]));
  for (const stack of stacks) {
    resources[stack.name] = (await engine.resources(stack)).length;
    const outputs = (await engine.outputs(stack)) ?? {};
    if (typeof outputs.repository_name === "string") repositories.add(outputs.repository_name);
    for (const each of Object.values((outputs.services ?? {}) as Record<string, ServiceOutput>)) {
      const { cluster, service, task_definition_family: family } = each;
      services.set(family, { cluster, service, family, running: 0 });
    }
  }
  const found: Survey = {
    resources,
    repositories: await Promise.all(
      [...repositories].map(async (name) => ({ name, images: (await leftovers.countImages(name)) ?? 0 })),
    ),
    services: await Promise.all(
      [...services.values()].map(async (each) => ({
        ...each,
        running: await leftovers.runningTasks(each.cluster, each.service),
      })),
    ),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(found));
  return found;
}

function readEarlier(path: string): Pick<Survey, "repositories" | "services"> {
  if (!existsSync(path)) return { repositories: [], services: [] };
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Survey;
  } catch {
    return { repositories: [], services: [] };
  }
}
