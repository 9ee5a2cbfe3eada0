import {
  type ContainerDefinition,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import type { ImageDefinition } from "@slipway/ecs-deploy/images";
import {
  checkContainerNames,
  type DescribedTaskDefinition,
  describeTaskDefinition,
  templateContainers,
} from "@slipway/ecs-deploy/task-definition";

export interface Rendering {
  readonly images: readonly ImageDefinition[];
  /** Set on every container that gets an image. */
  readonly environment: readonly (readonly [string, string])[];
}

/** What AWS adds to what was registered, and does not take. All else is sent as it came, also what is newer than the SDK. */
const addedByAws: ReadonlySet<string> = new Set([
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
]);

/** A revision as it would be registered again, without the tags that belong to it alone. */
export function registrationOf(described: DescribedTaskDefinition): RegisterTaskDefinitionCommandInput {
  const fields = Object.entries(described.definition).filter(([name]) => !addedByAws.has(name));
  const tags = described.tags.filter(({ key }) => !key?.startsWith("slipway:") && !key?.startsWith("aws:"));
  return {
    ...(Object.fromEntries(fields) as Pick<RegisterTaskDefinitionCommandInput, "family" | "containerDefinitions">),
    // An empty list is not the same as none to AWS.
    ...(tags.length > 0 ? { tags } : {}),
  };
}

/** A revision to register: the template as it is, with the images and variables of this deployment. */
export function renderTaskDefinition(
  template: DescribedTaskDefinition,
  { images, environment }: Rendering,
): RegisterTaskDefinitionCommandInput {
  checkContainerNames(
    images.map(({ name }) => name),
    template,
  );
  const registration = registrationOf(template);
  const containers = (registration.containerDefinitions ?? []).map((container) => {
    const image = images.find(({ name }) => name === container.name);
    return image ? { ...withEnvironment(container, environment), image: image.imageUri } : container;
  });
  const left = templateContainers({ containerDefinitions: containers });
  if (left.length > 0) {
    const names = left.map((name) => `\`${name}\``).join(", ");
    throw new ActionFailure(
      "image-missing",
      `Container ${names} of ${template.name} must get an image: it has only the template's placeholder`,
      "name it in the image definitions",
    );
  }
  return { ...registration, containerDefinitions: containers };
}

function withEnvironment(container: ContainerDefinition, variables: Rendering["environment"]): ContainerDefinition {
  if (variables.length === 0) return container;
  const names = variables.map(([name]) => name);
  const secret = container.secrets?.find(({ name }) => name && names.includes(name));
  if (secret) {
    throw new ActionFailure(
      "environment-conflict",
      `Variable (${secret.name}) must not be set: it is a secret of container \`${container.name}\``,
      "remove it from `environment-variables`",
    );
  }
  const others = (container.environment ?? []).filter(({ name }) => name === undefined || !names.includes(name));
  return { ...container, environment: [...others, ...variables.map(([name, value]) => ({ name, value }))] };
}

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
  return canonical(registrationOf(candidate));
}

/** Lists whose order means nothing to ECS, and the field that identifies their items. */
export const unordered: Readonly<Record<string, string>> = {
  environment: "name",
  secrets: "name",
  tags: "key",
  volumes: "name",
};

/** One text for all task definitions that mean the same: sorted keys, no empty values, sorted where order means nothing. */
export function canonical(value: unknown): string {
  return JSON.stringify(normal(value, "")) ?? "";
}

function normal(value: unknown, field: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, ""));
    const by = unordered[field];
    return by ? items.sort((a, b) => (key(a, by) < key(b, by) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, normal(inner, name)] as const)
    .filter(([, inner]) => !isEmpty(inner))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function key(item: unknown, by: string): string {
  return String((item as Record<string, unknown>)[by]);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
