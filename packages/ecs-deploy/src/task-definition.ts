import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { ActionFailure, mapAwsErrors } from "@slipway/core";
import { imageReference } from "./images.ts";
import { type JsonAnswer, sendAsJson, type TaskDefinitionJson } from "./json-call.ts";

export interface DescribedTaskDefinition {
  readonly arn: string;
  /** `family:revision` */
  readonly name: string;
  readonly definition: TaskDefinitionJson;
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
  const call = sendAsJson(ecs, new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
  const missing = async (error: Error) => {
    const what = `Task definition (${taskDefinition}) must exist (${error.message.replace(/\.$/, "")})`;
    return new ActionFailure("task-definition-not-found", what, await next());
  };
  const answer = await mapAwsErrors(call, { ClientException: missing, InvalidParameterException: missing });
  return described(answer);
}

/** Registers a revision with every field of its input, also those that the SDK does not know. */
export async function registerTaskDefinition(
  ecs: ECSClient,
  input: RegisterTaskDefinitionCommandInput,
): Promise<DescribedTaskDefinition> {
  return described(await sendAsJson(ecs, new RegisterTaskDefinitionCommand(input)));
}

function described({ taskDefinition: definition = {}, tags = [] }: JsonAnswer): DescribedTaskDefinition {
  const arn = definition.taskDefinitionArn ?? "";
  return { arn, name: revisionName(arn), definition, tags };
}

/** `web:41` of `arn:aws:ecs:…:task-definition/web:41`. */
export function revisionName(arn: string | undefined): string {
  return (arn ?? "").split("/").at(-1) ?? "";
}

/** Terraform's template names its image `<repository>:template`: it stands for one that a deployment gives, and is never pulled. */
export function templateContainers(definition: TaskDefinition): string[] {
  const containers = definition.containerDefinitions ?? [];
  return containers
    .filter(({ image }) => imageReference(image ?? "")?.tag === "template")
    .map(({ name }) => name ?? "");
}

/** Every name must be a container of the task definition. */
export function checkContainerNames(names: readonly string[], { name, definition }: DescribedTaskDefinition): void {
  const known = (definition.containerDefinitions ?? []).map((container) => container.name ?? "");
  for (const container of names) {
    if (known.includes(container)) continue;
    const has = known.map((each) => `\`${each}\``).join(", ");
    throw new ActionFailure(
      "container-unknown",
      `Container \`${container}\` is not in ${name} (has: ${has})`,
      "use one of these names in the image definitions",
    );
  }
}

/** The app holds the task role: with the execution role in its place it could read every secret that ECS reads for it. */
export function checkSeparateRoles({ name, definition }: DescribedTaskDefinition): void {
  const { taskRoleArn, executionRoleArn } = definition;
  // A role may be given with or without its ARN, and its name is its own in the account, whatever its path.
  const roleName = (role: string) => role.split("/").at(-1);
  if (!taskRoleArn || !executionRoleArn || roleName(taskRoleArn) !== roleName(executionRoleArn)) return;
  throw new ActionFailure(
    "input-invalid",
    `task-definition (${name}) must have a task role other than its execution role (${executionRoleArn})`,
    "give the template a task role of its own, which may be one without rights",
  );
}

/** The digests that a task definition's containers name. */
export function imageDigests(definition: TaskDefinition): string[] {
  const digests = (definition.containerDefinitions ?? []).map(({ image }) => imageReference(image ?? "")?.digest ?? "");
  return digests.filter((digest) => digest !== "");
}
