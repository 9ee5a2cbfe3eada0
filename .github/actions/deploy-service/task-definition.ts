import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import type { ImageDefinition } from "@slipway/ecs-deploy/images";
import {
  checkContainerNames,
  type DescribedTaskDefinition,
  templateContainers,
} from "@slipway/ecs-deploy/task-definition";

export interface Rendering {
  readonly images: readonly ImageDefinition[];
  /** Set on every container that gets an image. */
  readonly environment: readonly (readonly [string, string])[];
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
  // The fields AWS adds to what was registered; all others stay, empty ones too.
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    ...shape
  } = template.definition;
  const containers = (shape.containerDefinitions ?? []).map((container) => {
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
  const tags = template.tags.filter(({ key }) => !key?.startsWith("slipway:") && !key?.startsWith("aws:"));
  return {
    ...shape,
    family: shape.family,
    containerDefinitions: containers,
    // An empty list is not the same as none to AWS.
    ...(tags.length > 0 ? { tags } : {}),
  };
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
  const kept = (container.environment ?? []).filter(({ name }) => name === undefined || !names.includes(name));
  return { ...container, environment: [...kept, ...variables.map(([name, value]) => ({ name, value }))] };
}
