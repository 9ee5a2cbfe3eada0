import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { type ECSClient, ListTaskDefinitionsCommand, type Service } from "@aws-sdk/client-ecs";
import { ActionFailure, type Log, mapAwsErrors } from "@slipway/core";
import { imageReference } from "@slipway/ecs-deploy/images";
import { serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import { deployedTag, rolledBackDigests } from "@slipway/ecs-deploy/service-tags";
import {
  type DescribedTaskDefinition,
  describeTaskDefinition,
  imageDigests,
  revisionName,
  templateContainers,
} from "@slipway/ecs-deploy/task-definition";

/** The revision that the user named by number, `family:revision` or ARN. */
export async function namedRevision(
  ecs: ECSClient,
  to: string,
  current: DescribedTaskDefinition,
): Promise<DescribedTaskDefinition> {
  const family = current.definition.family ?? "";
  const name = /^\d+$/.test(to) ? `${family}:${to}` : revisionName(to);
  if (!/^[\w-]{1,255}:\d+$/.test(name)) {
    const what = `Input \`to\` (${to}) must be previous-successful, a revision number, family:revision or an ARN`;
    throw new ActionFailure("input-invalid", what, `use a number such as ${current.definition.revision ?? 1}`);
  }
  if (!name.startsWith(`${family}:`)) {
    const what = `Revision (${name}) must be of the service's family ${family}`;
    throw new ActionFailure("revision-of-other-family", what, `name one of ${family}`);
  }
  const nearest = () => nearestUsable(ecs, family, Number(name.split(":")[1]));
  return describeTaskDefinition(ecs, to.startsWith("arn:") ? to : name, nearest);
}

/** The number of revisions that are read. */
const neighbours = 10;

/** The next step when a revision cannot run: the nearest ACTIVE one, if possible one that was deployed with success. */
async function nearestUsable(ecs: ECSClient, family: string, revision: number): Promise<string> {
  const list = new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC" });
  const arns = (await ecs.send(list)).taskDefinitionArns ?? [];
  const distance = (arn: string) => Math.abs(Number(arn.split(":").at(-1)) - revision);
  const near = [...arns].sort((a, b) => distance(a) - distance(b)).slice(0, neighbours);
  let untried = "";
  for (const arn of near) {
    const candidate = await describeTaskDefinition(ecs, arn);
    if (candidate.definition.family !== family || templateContainers(candidate.definition).length > 0) continue;
    const deployed = deployedTag.read(candidate.tags).slice(0, 10);
    if (deployed !== "") return `nearest usable: ${candidate.name} (deployed with success ${deployed})`;
    untried ||= `nearest usable: ${candidate.name} (not known whether it ever ran)`;
  }
  return untried || "no usable revision of the family is left: deploy a build";
}

/** The number of revisions whose `slipway:deployed` tag is read. */
const revisionsRead = 20;

export interface PreviousQuery {
  readonly cluster: string;
  readonly service: Service;
  readonly current: DescribedTaskDefinition;
}

/** The revision of the newest earlier successful deployment that is another one, and not itself rolled back from. */
export async function previousSuccessful(ecs: ECSClient, query: PreviousQuery): Promise<DescribedTaskDefinition> {
  const { cluster, service, current } = query;
  const name = service.serviceName ?? "";
  const history = await serviceDeployments(ecs, { cluster, service: name, status: "SUCCESSFUL" });
  const arns = [...new Set(history.map(({ taskDefinition }) => taskDefinition))].filter((arn) => arn !== current.arn);
  const rolledBack: string[] = [];
  const consider = (candidate: DescribedTaskDefinition): boolean => {
    if (templateContainers(candidate.definition).length > 0) return false;
    const isRolledBack = imageDigests(candidate.definition).some((digest) =>
      rolledBackDigests.includes(service.tags, digest),
    );
    if (isRolledBack) rolledBack.push(candidate.name);
    return !isRolledBack;
  };
  for (const arn of arns) {
    const candidate = await describeTaskDefinition(ecs, arn);
    if (consider(candidate)) return candidate;
  }
  const tagged = (await deployedRevisions(ecs, current)).find(
    (candidate) => !arns.includes(candidate.arn) && consider(candidate),
  );
  if (tagged) return tagged;
  const others =
    rolledBack.length > 0
      ? ` but ${rolledBack.join(", ")}, which ${rolledBack.length === 1 ? "was" : "were"} rolled back from`
      : "";
  throw new ActionFailure(
    "no-earlier-revision",
    `No earlier successful deployment of ${name} with another revision than ${current.name} is known${others}`,
    "name the revision to go back to in `to`",
  );
}

/** Revisions that deploy-service tagged as deployed, last deployed first. */
async function deployedRevisions(ecs: ECSClient, current: DescribedTaskDefinition): Promise<DescribedTaskDefinition[]> {
  const { family } = current.definition;
  const list = new ListTaskDefinitionsCommand({
    familyPrefix: family,
    status: "ACTIVE",
    sort: "DESC",
    maxResults: revisionsRead,
  });
  const arns = ((await ecs.send(list)).taskDefinitionArns ?? []).filter((arn) => arn !== current.arn);
  const described = await Promise.all(arns.map((arn) => describeTaskDefinition(ecs, arn)));
  return described
    .filter((revision) => revision.definition.family === family && deployedTag.read(revision.tags) !== "")
    .sort((a, b) => (deployedTag.read(a.tags) < deployedTag.read(b.tags) ? 1 : -1));
}

/** ECS runs only ACTIVE revisions, and the template's placeholder image is none. */
export async function checkRunnable(ecs: ECSClient, { name, definition }: DescribedTaskDefinition): Promise<void> {
  const isTemplate = templateContainers(definition).length > 0;
  if (definition.status === "ACTIVE" && !isTemplate) return;
  const next = await nearestUsable(ecs, definition.family ?? "", definition.revision ?? 0);
  if (isTemplate) {
    throw new ActionFailure(
      "revision-is-template",
      `Revision (${name}) must have an image; it is Terraform's template`,
      next,
    );
  }
  const what = `Revision (${name}) must be ACTIVE; it is ${definition.status}, and ECS will not run it`;
  throw new ActionFailure("revision-inactive", what, next);
}

export interface ImageTools {
  readonly ecr: (region: string) => Promise<ECRClient>;
  readonly log: Log;
}

/** Every image of the revision must still be in its registry: a lifecycle rule may have removed it. */
export async function checkImages(target: DescribedTaskDefinition, tools: ImageTools): Promise<void> {
  for (const { name = "", image = "" } of target.definition.containerDefinitions ?? []) {
    await checkImage(`\`${name}\` of ${target.name}`, image, tools);
  }
}

async function checkImage(container: string, image: string, { ecr, log }: ImageTools): Promise<void> {
  const reference = imageReference(image);
  if (!reference?.ecr) {
    log.info(`Image of ${container} (${image}) is not in ECR: not checked`);
    return;
  }
  const imageGone = (why: string) =>
    new ActionFailure(
      "image-gone",
      `Image of ${container} (${image}) must exist in its registry (${why})`,
      "choose another revision in `to`, or push the image again",
    );
  const { account: registryId, region, repositoryName } = reference.ecr;
  const imageId = reference.digest ? { imageDigest: reference.digest } : { imageTag: reference.tag || "latest" };
  const command = new BatchGetImageCommand({ registryId, repositoryName, imageIds: [imageId] });
  const answer = await mapAwsErrors((await ecr(region)).send(command), {
    RepositoryNotFoundException: (error) => imageGone(error.message),
  });
  if ((answer.images ?? []).length === 0) throw imageGone(answer.failures?.[0]?.failureReason ?? "not found");
}
