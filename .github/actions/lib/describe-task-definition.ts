import { DescribeTaskDefinitionCommand, type ECSClient, type Tag, type TaskDefinition } from "@aws-sdk/client-ecs";
import { Failure } from "./failure.ts";
import { revisionName } from "./revision-name.ts";
import { translate } from "./translate.ts";

export interface DescribedTaskDefinition {
  readonly arn: string;
  /** `family:revision` */
  readonly name: string;
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** Reads a revision with its tags. */
export async function describeTaskDefinition(ecs: ECSClient, taskDefinition: string): Promise<DescribedTaskDefinition> {
  const call = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
  const missing = (error: Error) =>
    new Failure(
      "task-definition-not-found",
      `Task definition (${taskDefinition}) must exist (${error.message.replace(/\.$/, "")})`,
      "use an ARN or family:revision of this account and region, such as the `template_task_definition` output of the service stack",
    );
  const answer = await translate(call, { ClientException: missing, InvalidParameterException: missing });
  const definition = answer.taskDefinition ?? {};
  const arn = definition.taskDefinitionArn ?? "";
  return { arn, name: revisionName(arn), definition, tags: answer.tags ?? [] };
}
