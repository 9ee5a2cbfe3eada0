import {
  type ECSClient,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { type DescribedTaskDefinition, describeTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import { canonical } from "./canonical.ts";
import { renderTaskDefinition } from "./task-definition.ts";

/** A revision older than this many is registered anew rather than looked for. */
const searched = 20;

/** The newest ACTIVE revision of the family with the same content, so that nothing is registered twice. */
export async function identicalRevision(
  ecs: ECSClient,
  wanted: RegisterTaskDefinitionCommandInput,
): Promise<DescribedTaskDefinition | undefined> {
  const list = new ListTaskDefinitionsCommand({
    familyPrefix: wanted.family,
    status: "ACTIVE",
    sort: "DESC",
    maxResults: searched,
  });
  const arns = (await ecs.send(list)).taskDefinitionArns ?? [];
  const content = canonical(wanted);
  for (const arn of arns) {
    const candidate = await describeTaskDefinition(ecs, arn);
    if (candidate.definition.family === wanted.family && contentOf(candidate) === content) return candidate;
  }
  return undefined;
}

function contentOf(candidate: DescribedTaskDefinition): string | undefined {
  const containers = candidate.definition.containerDefinitions ?? [];
  // A template still has its placeholder, and is never what is to be deployed.
  if (containers.some(({ image }) => image?.endsWith(":template"))) return undefined;
  return canonical(renderTaskDefinition(candidate, { images: [], environment: [] }));
}
