import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { redactText } from "@slipway/core/redact/redact-text";
import { parsePlan } from "../../packages/plan-review/src/plan/parse-plan.ts";
import type { Json, JsonResourceChange, PlanJson } from "../../packages/plan-review/src/plan/plan-json.ts";
import { definitionSecrets, knownSecrets } from "../../packages/plan-review/src/redact/known-secrets.ts";
import { redactPlan } from "../../packages/plan-review/src/redact/redact-plan.ts";
import { createRedactor } from "../../packages/plan-review/src/redact/redactor.ts";
import { harmlessValues, nearestKind } from "../../packages/plan-review/src/testing/harmless-values.ts";
import { planOf } from "../../packages/plan-review/src/testing/plan-of.ts";
import {
  containerOf,
  type Kind,
  marked,
  type PlantedWriting,
  plantedWritings,
} from "../../packages/plan-review/src/testing/planted-kinds.ts";

const holder = { type: "aws_db_instance", attributes: { password: marked }, marks: { password: true } };
const resource = (planted: PlantedWriting) => ({
  type: "aws_ecs_task_definition",
  attributes: { container_definitions: containerOf(planted) },
});
/** As an error quotes it. */
function quoted({ name, value }: PlantedWriting): string[] {
  return typeof value === "string"
    ? [`${name}=${value}`, JSON.stringify({ [name]: value })]
    : [value.join(" "), JSON.stringify(value)];
}

function shown(json: PlanJson): string {
  const rules = { known: knownSecrets([json]).values, patterns: [], names: [] };
  const text = JSON.stringify(redactPlan(parsePlan("service", json, new Map()), rules));
  // What a reader sees, and what is there.
  return `${text}\n${text.replaceAll("\\", "")}`;
}

function updated(planted: PlantedWriting): JsonResourceChange {
  const after = {
    container_definitions: containerOf(planted),
    environment: [{ variables: { [planted.name]: planted.value as Json } }],
  };
  const change = { actions: ["update"], before: { container_definitions: "[]" }, after };
  return { address: "aws_x.y", mode: "managed", type: "aws_x", name: "y", change };
}

/** Everywhere that a value of a plan, or of what Terraform says, is shown. */
const places: Readonly<Record<string, (planted: PlantedWriting) => string>> = {
  plan: (planted) => shown(planOf([holder, resource(planted)])),
  drift: (planted) => shown({ ...planOf([holder]), resource_drift: [updated(planted)] }),
  output: (planted) => {
    const change = { actions: ["create"], before: null, after: planted.value as Json };
    return shown({ ...planOf([holder]), output_changes: { [planted.name]: change } });
  },
  address: (planted) =>
    shown({
      ...planOf([holder]),
      resource_changes: [
        ...(planOf([holder]).resource_changes ?? []),
        ...quoted(planted).map(
          (text): JsonResourceChange => ({
            ...updated({ ...planted, name: "A", value: "b" }),
            address: `aws_x.y[${JSON.stringify(text)}]`,
          }),
        ),
      ],
    }),
  "error beside a plan": (planted) => {
    const redactor = createRedactor([]);
    redactor.learn(planOf([holder, resource(planted)]));
    return quoted(planted)
      .map((text) => redactor.error(`Error: ${text} must be a name`))
      .join("\n");
  },
  "error alone": (planted) => {
    const definition = planted.marked ? { resource: { aws_db_instance: { main: { password: marked } } } } : {};
    const { values, lines } = knownSecrets([definitionSecrets(definition as never, {})]);
    return quoted(planted)
      .map((text) => redactText(`Error: ${text}`, { known: [...lines, ...values], patterns: [] }))
      .join("\n");
  },
};

const kinds = [...new Set(plantedWritings.map(({ kind }) => kind))];

const looked = new Map<PlantedWriting, string[]>();

/** The places in which it can be read. */
function readable(planted: PlantedWriting): string[] {
  const found =
    looked.get(planted) ??
    Object.entries(places).flatMap(([place, shownIn]) => (shownIn(planted).includes(planted.secret) ? [place] : []));
  looked.set(planted, found);
  return found;
}

test.each(kinds)("nothing planted is readable: %s", (kind) => {
  const found = plantedWritings
    .filter((planted) => planted.kind === kind)
    .flatMap((planted) =>
      readable(planted).map((place) => `${planted.name}=${JSON.stringify(planted.value)} in ${place}`),
    );
  expect(found).toEqual([]);
});

/** Whether a value is not shown as it is, whole. */
function isHidden({ attribute, value }: (typeof harmlessValues)[number]): boolean {
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

/** Harmless values that are hidden all the same. */
const lost: readonly string[] = [];

test("harmless values stay readable; at most three do not, and each is named", () => {
  const hidden = harmlessValues.filter(isHidden).map(({ value }) => JSON.stringify(value));
  expect(hidden).toEqual(lost);
  expect(lost.length).toBeLessThanOrEqual(3);
});

test("an error quotes harmless values as they are", () => {
  const changed = harmlessValues
    .map(({ attribute, value }) => `${attribute}: ${JSON.stringify(value)}`)
    .filter((text) => redactText(text) !== text);
  expect(changed).toEqual([]);
});

const labels: Readonly<Record<Kind, string>> = {
  logins: "logins in addresses",
  "command lines": "words of command lines",
  "key and value": "key and value, with quoting of its own",
  names: "names: of one word, in other languages, look-alikes, of vendors",
  "known values": "known values in another writing; digests and ids",
};

// UPDATE_GOLDEN=1 writes the table anew.
test("the documentation counts both sides as they are", () => {
  const rows = kinds.map((kind) => {
    const planted = plantedWritings.filter((each) => each.kind === kind);
    const harmless = harmlessValues.filter((each) => nearestKind(each) === kind);
    const seen = planted.filter((each) => readable(each).length > 0);
    const lost = harmless.filter(isHidden);
    return [labels[kind], planted.length, seen.length, harmless.length, lost.length];
  });
  const sums = [1, 2, 3, 4].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  const table = [...rows, ["all", ...sums]].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const path = resolve(__dirname, "../../docs/redaction.md");
  const text = readFileSync(path, "utf8");
  const head = /\| Kind \|.*\n\|[-|:]+\|\n/.exec(text)?.[0] ?? "";
  const now = text.replace(new RegExp(`${escaped(head)}(\\|.*\\n)*`), `${head}${table}\n`);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, now);
  expect(readFileSync(path, "utf8")).toBe(now);
  const [planted = 0, seen, harmless = 0, lost = 0] = sums;
  expect(planted).toBeGreaterThanOrEqual(50);
  expect(seen).toBe(0);
  expect(harmless).toBeGreaterThanOrEqual(60);
  expect(lost).toBeLessThanOrEqual(3);
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
