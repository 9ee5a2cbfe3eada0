import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { canonical } from "./task-definition.ts";

export interface ChangedField {
  readonly field: string;
  /** Empty where the value is not shown. */
  readonly before: string;
  readonly after: string;
}

type Shape = TaskDefinition | RegisterTaskDefinitionCommandInput;
const compared = [
  "cpu",
  "memory",
  "networkMode",
  "taskRoleArn",
  "executionRoleArn",
  "runtimePlatform",
  "ephemeralStorage",
  "volumes",
] as const;
const shown = new Set<string>(["cpu", "memory", "image", "networkMode", "command", "stopTimeout"]);

/** What differs between the running revision and the next one. Values of variables are not shown, only their names. */
export function changedFields(before: Shape, after: Shape): ChangedField[] {
  const top = compared.flatMap((field) => change(field, field, before[field], after[field]));
  const names = new Set(
    [...(before.containerDefinitions ?? []), ...(after.containerDefinitions ?? [])].map(({ name }) => name ?? ""),
  );
  const containers = [...names].flatMap((name) => {
    const find = (shape: Shape) => shape.containerDefinitions?.find((container) => container.name === name);
    return containerChanges(name, find(before), find(after));
  });
  return [...top, ...containers];
}

function containerChanges(
  name: string,
  before: ContainerDefinition | undefined,
  after: ContainerDefinition | undefined,
): ChangedField[] {
  if (!before) return [{ field: `${name}`, before: "", after: "added" }];
  if (!after) return [{ field: `${name}`, before: "", after: "removed" }];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof ContainerDefinition>;
  return [...fields].sort().flatMap((field) => {
    if (field === "environment" || field === "secrets")
      return pairChanges(`${name} ${field}`, before[field], after[field]);
    return change(`${name} ${field}`, field, before[field], after[field]);
  });
}

function pairChanges(
  field: string,
  before: readonly { name?: string | undefined }[] = [],
  after: typeof before = [],
): ChangedField[] {
  const names = new Set([...before, ...after].map(({ name }) => name ?? ""));
  return [...names].sort().flatMap((name) => {
    const old = before.find((pair) => pair.name === name);
    const now = after.find((pair) => pair.name === name);
    if (canonical(old) === canonical(now)) return [];
    return [{ field: `${field} ${name}`, before: "", after: old ? (now ? "changed" : "removed") : "added" }];
  });
}

function change(label: string, field: string, before: unknown, after: unknown): ChangedField[] {
  if (canonical({ value: before }) === canonical({ value: after })) return [];
  if (!shown.has(field))
    return [
      { field: label, before: "", after: before === undefined ? "added" : after === undefined ? "removed" : "changed" },
    ];
  return [{ field: label, before: text(before), after: text(after) }];
}

function text(value: unknown): string {
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
