import { parsePlan } from "../plan/parse-plan.ts";
import type { PlanJson } from "../plan/plan-json.ts";
import { harmlessValues } from "../testing/harmless-values.ts";
import { planOf } from "../testing/plan-of.ts";
import { plantedSecrets } from "../testing/planted-secrets.ts";
import { knownSecrets } from "./known-secrets.ts";
import { redactPlan } from "./redact-plan.ts";

function shown(json: PlanJson): string {
  const rules = { known: knownSecrets([json]).values, patterns: [], names: [] };
  return JSON.stringify(redactPlan(parsePlan("service", json, new Map()), rules));
}

test("there are at least thirty planted secrets and sixty harmless values", () => {
  expect(plantedSecrets.length).toBeGreaterThanOrEqual(30);
  expect(harmlessValues.length).toBeGreaterThanOrEqual(60);
});

test.each(plantedSecrets.map((planted) => [planted.what, planted] as const))("%s vanishes", (_, planted) => {
  // The repeated one is found by the mark on the first.
  const text = shown(planOf([...plantedSecrets.slice(0, 1), planted]));
  for (const secret of planted.secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(JSON.stringify(JSON.stringify(secret)).slice(3, -3));
  }
});

test("nothing planted is readable when all are in one plan, and before or after makes no difference", () => {
  const json = planOf(plantedSecrets);
  const turned = json.resource_changes?.map((entry) => ({
    ...entry,
    change: {
      actions: ["update"],
      before: entry.change.after,
      after: { x: 1 },
      before_sensitive: entry.change.after_sensitive ?? {},
    },
  }));
  const text = shown(json) + shown({ ...json, resource_changes: turned ?? [] });
  const readable = plantedSecrets.flatMap(({ secrets }) => secrets).filter((secret) => text.includes(secret));
  expect(readable).toEqual([]);
});
