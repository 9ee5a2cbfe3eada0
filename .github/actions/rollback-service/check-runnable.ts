import { type ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { deployedTag } from "../lib/deployed-tag.ts";
import { type DescribedTaskDefinition, describeTaskDefinition } from "../lib/describe-task-definition.ts";
import { Failure } from "../lib/failure.ts";
import { templateContainers } from "../lib/template-containers.ts";

/** How many neighbours are looked at to name a usable one. */
const searched = 10;

/** ECS runs only ACTIVE revisions, and the template's placeholder image is none. */
export async function checkRunnable(ecs: ECSClient, target: DescribedTaskDefinition): Promise<void> {
  const isTemplate = templateContainers(target.definition).length > 0;
  if (target.definition.status === "ACTIVE" && !isTemplate) return;
  const nearest = await nearestUsable(ecs, target);
  const next = nearest ? `nearest usable: ${nearest}` : "no usable revision of the family is left: deploy a build";
  if (isTemplate) {
    throw new Failure(
      "revision-is-template",
      `Revision (${target.name}) must have an image; it is Terraform's template`,
      next,
    );
  }
  throw new Failure(
    "revision-inactive",
    `Revision (${target.name}) must be ACTIVE; it is ${target.definition.status}, and ECS will not run it`,
    next,
  );
}

async function nearestUsable(ecs: ECSClient, target: DescribedTaskDefinition): Promise<string> {
  const { family, revision = 0 } = target.definition;
  const list = new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC" });
  const arns = (await ecs.send(list)).taskDefinitionArns ?? [];
  const distance = (arn: string) => Math.abs(Number(arn.split(":").at(-1)) - revision);
  const near = [...arns].sort((a, b) => distance(a) - distance(b)).slice(0, searched);
  for (const arn of near) {
    const candidate = await describeTaskDefinition(ecs, arn);
    if (candidate.definition.family !== family || templateContainers(candidate.definition).length > 0) continue;
    const deployed = deployedTag.read(candidate.tags).slice(0, 10);
    return `${candidate.name} (${deployed ? `deployed with success ${deployed}` : "not known whether it ever ran"})`;
  }
  return "";
}
