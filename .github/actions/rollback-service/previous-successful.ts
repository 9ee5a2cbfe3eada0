import { type ECSClient, ListTaskDefinitionsCommand, type Service } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import { serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import { deployedTag, rolledBackDigests } from "@slipway/ecs-deploy/service-tags";
import {
  type DescribedTaskDefinition,
  describeTaskDefinition,
  imageDigests,
  templateContainers,
} from "@slipway/ecs-deploy/task-definition";

/** How far back revisions are read for the tag that tells of their success. */
const searched = 20;

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
  const refused: string[] = [];
  const consider = (candidate: DescribedTaskDefinition): boolean => {
    if (templateContainers(candidate.definition).length > 0) return false;
    const isRefused = imageDigests(candidate.definition).some((digest) =>
      rolledBackDigests.includes(service.tags, digest),
    );
    if (isRefused) refused.push(candidate.name);
    return !isRefused;
  };
  for (const arn of arns) {
    const candidate = await describeTaskDefinition(ecs, arn);
    if (consider(candidate)) return candidate;
  }
  const noted = (await deployedRevisions(ecs, current)).find(
    (candidate) => !arns.includes(candidate.arn) && consider(candidate),
  );
  if (noted) return noted;
  const others =
    refused.length > 0
      ? ` but ${refused.join(", ")}, which ${refused.length === 1 ? "was" : "were"} rolled back from`
      : "";
  throw new ActionFailure(
    "no-earlier-revision",
    `No earlier successful deployment of ${name} with another revision than ${current.name} is known${others}`,
    "name the revision to go back to in `to`",
  );
}

/** Revisions that deploy-service noted as deployed with success, last deployed first. */
async function deployedRevisions(ecs: ECSClient, current: DescribedTaskDefinition): Promise<DescribedTaskDefinition[]> {
  const { family } = current.definition;
  const list = new ListTaskDefinitionsCommand({
    familyPrefix: family,
    status: "ACTIVE",
    sort: "DESC",
    maxResults: searched,
  });
  const arns = ((await ecs.send(list)).taskDefinitionArns ?? []).filter((arn) => arn !== current.arn);
  const described = await Promise.all(arns.map((arn) => describeTaskDefinition(ecs, arn)));
  return described
    .filter((revision) => revision.definition.family === family && deployedTag.read(revision.tags) !== "")
    .sort((a, b) => (deployedTag.read(a.tags) < deployedTag.read(b.tags) ? 1 : -1));
}
