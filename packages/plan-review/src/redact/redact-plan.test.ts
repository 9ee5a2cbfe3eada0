import { redactText } from "@slipway/core/redact/redact-text";
import { parsePlan } from "../plan/parse-plan.ts";
import type { Json, PlanJson } from "../plan/plan-json.ts";
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

/** Harmless values that are hidden all the same. */
const lost: readonly string[] = [];

/** Whether a value is not shown as it is, whole. */
function isHidden(attribute: string, value: Json): boolean {
  const json = planOf([{ type: "aws_x", attributes: { [attribute]: value } }]);
  const safe = redactPlan(parsePlan("service", json, new Map()), { known: [], patterns: [], names: [] });
  const text = JSON.stringify(safe).replaceAll("\\", "");
  const [leaf = ""] = (
    JSON.stringify(value)
      .replaceAll("\\", "")
      .match(/[\w.:/@*$+=-]{6,}/g) ?? []
  ).slice(-1);
  return safe.hidden > 0 || /hidden\)|•|not shown|sensitive/.test(text) || !text.includes(leaf);
}

test("harmless values stay readable; at most three do not, and each is named", () => {
  const hidden = harmlessValues
    .filter(({ attribute, value }) => isHidden(attribute, value))
    .map(({ value }) => JSON.stringify(value));
  expect(hidden).toEqual(lost);
  expect(lost.length).toBeLessThanOrEqual(3);
});

test("an error quotes harmless values as they are", () => {
  const changed = harmlessValues
    .map(({ attribute, value }) => `${attribute}: ${JSON.stringify(value)}`)
    .filter((text) => redactText(text) !== text);
  expect(changed).toEqual([]);
});
