import { EngineError } from "./engine-error.ts";
import type { Stack } from "./stack.ts";

/** Groups stacks so that each one's upstreams are in earlier groups. */
export function waves<S extends Pick<Stack, "name" | "upstreams">>(stacks: readonly S[]): S[][] {
  const names = new Set(stacks.map(({ name }) => name));
  const done = new Set<string>();
  const groups: S[][] = [];
  while (done.size < stacks.length) {
    const ready = stacks.filter(
      ({ name, upstreams }) =>
        !done.has(name) && upstreams.every((upstream) => done.has(upstream) || !names.has(upstream)),
    );
    if (ready.length === 0) {
      const left = stacks
        .filter(({ name }) => !done.has(name))
        .map(({ name, upstreams }) => `${name} reads ${upstreams.join(", ")}`);
      throw new EngineError(
        `stacks (${left.join("; ")}) must not read each other in a circle`,
        "move what both need into a third stack",
      );
    }
    for (const { name } of ready) done.add(name);
    groups.push(ready);
  }
  return groups;
}
