import type { PolicyStatement } from "@slipway/core";

/** For tests: `action resource condition` of all that is allowed. */
export function rights(of: readonly PolicyStatement[]): string[] {
  const all = of
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => `${action} ${resource} ${JSON.stringify(Condition ?? {})}`),
        ),
    );
  return [...new Set(all)].sort();
}
