import type { ECSClient } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import {
  type DescribedTaskDefinition,
  describeTaskDefinition,
  revisionName,
} from "@slipway/ecs-deploy/task-definition";
import { nearestUsable } from "./nearest-usable.ts";

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
