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
  readonly service: string;
  readonly digest: string;
}

interface Tools {
  readonly ecs: ECSClient;
  readonly log: Log;
}

const stateTexts = { runs: "runs this image", other: "does not run this image", never: "never ran an image" } as const;

/** Says whether a service runs an image. Changes nothing. */
export async function readService(input: ReadServiceInput, { ecs, log }: Tools): Promise<ActionResult> {
  const service = await find(input, ecs);
  const revision = service && (await describeTaskDefinition(ecs, service.taskDefinition ?? ""));
  const state = service && revision ? stateOf(service, revision, input.digest) : "never";
  const name = revision?.name ?? "";
  log.info(`${input.service} ${stateTexts[state]}${name && `: it is at ${name}`}`);
  const facts = markdown.facts([
    ["Image", markdown.code(input.digest)],
    ["Revision", name && markdown.code(name)],
  ]);
  const summary = `## ECS ${markdown.code(`${input.cluster}/${input.service}`)} ${stateTexts[state]}\n\n${facts}`;
  return { outputs: { state, revision: name }, summary };
}

/** Undefined where nothing was applied yet, or no more. */
async function find({ cluster, service }: ReadServiceInput, ecs: ECSClient): Promise<Service | undefined> {
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
