import { type ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { deployedTag } from "@slipway/ecs-deploy/service-tags";
import { describeTaskDefinition, templateContainers } from "@slipway/ecs-deploy/task-definition";

/** How many neighbours are looked at. */
const searched = 10;

/** The next step when a revision cannot run: the nearest ACTIVE one, if possible one that was deployed with success. */
export async function nearestUsable(ecs: ECSClient, family: string, revision: number): Promise<string> {
  const list = new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC" });
  const arns = (await ecs.send(list)).taskDefinitionArns ?? [];
  const distance = (arn: string) => Math.abs(Number(arn.split(":").at(-1)) - revision);
  const near = [...arns].sort((a, b) => distance(a) - distance(b)).slice(0, searched);
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
