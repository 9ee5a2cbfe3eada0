import type { PolicyStatement } from "@slipway/core";

/** For tests: Every allowed statement as `action resource condition`. */
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
