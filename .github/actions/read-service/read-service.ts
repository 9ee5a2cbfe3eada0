import type { ECSClient, Service } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";
import { describeService, primaryDeployment } from "@slipway/ecs-deploy/service";
import { deployedTag, newestRunTag, rolledBackDigests } from "@slipway/ecs-deploy/service-tags";
import {
  type DescribedTaskDefinition,
  describeTaskDefinition,
  imageDigests,
} from "@slipway/ecs-deploy/task-definition";

export interface ReadServiceInput {
  readonly cluster: string;
  readonly services: readonly string[];
  readonly digest: string;
}

interface Tools {
  readonly ecs: ECSClient;
  readonly log: Log;
}

const stateTexts = { runs: "runs this image", other: "does not run this image", never: "never ran an image" } as const;

/** Says whether services run an image: all of them, for one that lags behind proves nothing. Changes nothing. */
export async function readService(input: ReadServiceInput, { ecs, log }: Tools): Promise<ActionResult> {
  const found: Found[] = [];
  for (const service of input.services) {
    const each = await readOne(service, input, ecs);
    log.info(`${service} ${stateTexts[each.state]}${each.revision && `: it is at ${each.revision}`}`);
    found.push(each);
  }
  const states = new Set(found.map(({ state }) => state));
  const state = states.size === 1 ? (found[0] as Found).state : "other";
  const summary = found.map((each, index) => {
    const facts = markdown.facts([
      ["Image", markdown.code(input.digest)],
      ["Revision", each.revision && markdown.code(each.revision)],
    ]);
    const name = markdown.code(`${input.cluster}/${input.services[index]}`);
    return `## ECS ${name} ${stateTexts[each.state]}\n\n${facts}`;
  });
  return {
    outputs: { state, revision: found.map(({ revision }) => revision).join("\n") },
    summary: summary.join("\n\n"),
  };
}

interface Found {
  readonly state: keyof typeof stateTexts;
  readonly revision: string;
}

async function readOne(name: string, { cluster, digest }: ReadServiceInput, ecs: ECSClient): Promise<Found> {
  const service = await find(cluster, name, ecs);
  const revision = service && (await describeTaskDefinition(ecs, service.taskDefinition ?? ""));
  const state = service && revision ? stateOf(service, revision, digest) : "never";
  return { state, revision: revision?.name ?? "" };
}

/** Undefined where nothing was applied yet, or no more. */
async function find(cluster: string, service: string, ecs: ECSClient): Promise<Service | undefined> {
  try {
    return await describeService(ecs, cluster, service);
  } catch (error) {
    const isMissing = error instanceof ActionFailure && /^(cluster|service)-not-/.test(error.reason);
    if (isMissing) return undefined;
    throw error;
  }
}

function stateOf(service: Service, revision: DescribedTaskDefinition, digest: string): keyof typeof stateTexts {
  const isDeployed = deployedTag.read(revision.tags) !== "";
  // A first deployment that is in progress or failed writes neither tag.
  if (!isDeployed && newestRunTag.read(service.tags) === 0) return "never";
  const isSteady = primaryDeployment(service)?.rolloutState === "COMPLETED";
  const isRolledBack = rolledBackDigests.includes(service.tags, digest);
  return isDeployed && isSteady && !isRolledBack && imageDigests(revision.definition).includes(digest)
    ? "runs"
    : "other";
}
