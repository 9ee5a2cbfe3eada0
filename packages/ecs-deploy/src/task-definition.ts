import { DescribeTaskDefinitionCommand, type ECSClient, type Tag, type TaskDefinition } from "@aws-sdk/client-ecs";
import { ActionFailure, translate } from "@slipway/core";
import { revisionName } from "./revision-name.ts";

export interface DescribedTaskDefinition {
  readonly arn: string;
  /** `family:revision` */
  readonly name: string;
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

const template = async () =>
  "use the `template_task_definition` output of the service stack of this account and region";

/** Reads a revision with its tags; `next` gives the next step for one that does not exist. */
export async function describeTaskDefinition(
  ecs: ECSClient,
  taskDefinition: string,
  next: () => Promise<string> = template,
): Promise<DescribedTaskDefinition> {
  const call = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
  const missing = async (error: Error) => {
    const what = `Task definition (${taskDefinition}) must exist (${error.message.replace(/\.$/, "")})`;
    return new ActionFailure("task-definition-not-found", what, await next());
  };
  const answer = await translate(call, { ClientException: missing, InvalidParameterException: missing });
  const definition = answer.taskDefinition ?? {};
  const arn = definition.taskDefinitionArn ?? "";
  return { arn, name: revisionName(arn), definition, tags: answer.tags ?? [] };
}
