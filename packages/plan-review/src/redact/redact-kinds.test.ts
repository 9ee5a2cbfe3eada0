import { redactText } from "@slipway/core/redact/redact-text";
import { parsePlan } from "../plan/parse-plan.ts";
import type { Json, JsonResourceChange, PlanJson } from "../plan/plan-json.ts";
import { planOf } from "../testing/plan-of.ts";
import { containerOf, marked, type PlantedWriting, plantedWritings } from "../testing/planted-kinds.ts";
import { definitionSecrets, knownSecrets } from "./known-secrets.ts";
import { redactPlan } from "./redact-plan.ts";
import { createRedactor } from "./redactor.ts";

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

test.each(Object.keys(places))("nothing planted is readable: %s", (place) => {
  const readable = plantedWritings
    .map((planted) => ({ ...planted, text: places[place]?.(planted) ?? "" }))
    .filter(({ text, secret }) => text.includes(secret))
    .map(({ kind, name, value, text }) => `${kind}: ${name}=${JSON.stringify(value)}\n   ${text.slice(0, 300)}`);
  expect(readable).toEqual([]);
});
