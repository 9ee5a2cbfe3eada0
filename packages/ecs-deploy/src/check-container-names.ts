import { ActionFailure } from "@slipway/core";
import type { DescribedTaskDefinition } from "./task-definition.ts";

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
