import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { createRedactor } from "@slipway/plan-review/redact/redactor";
import { canonical, unordered } from "./task-definition.ts";

export interface ChangedField {
  /** `containerDefinitions[web].image` */
  readonly field: string;
  /** Empty where the value is not shown. */
  readonly before: string;
  readonly after: string;
}

const redactor = createRedactor([]);
const hidden = "•••";

/** Lists of which names are shown and no values: people set them, and they may hold anything. */
const namesOnly = new Set(["environment", "secrets"]);

/** Fields that identify the items of lists; the items of other lists go by their place. */
const identifiers: Readonly<Record<string, string>> = { ...unordered, containerDefinitions: "name" };

/** Every field that differs between the running revision and the next one, whether the SDK knows it or not. */
export function changedFields(
  before: RegisterTaskDefinitionCommandInput,
  after: RegisterTaskDefinitionCommandInput,
): ChangedField[] {
  return changesIn({ path: "", name: "" }, before, after);
}

interface Place {
  readonly path: string;
  /** Of the field; an item has that of its list. */
  readonly name: string;
}

type Fields = Readonly<Record<string, unknown>>;

function changesIn(place: Place, before: unknown, after: unknown): ChangedField[] {
  if (canonical({ [place.name]: before }) === canonical({ [place.name]: after })) return [];
  if ([before, after].every(isListOrNone)) return listChanges(place, list(before), list(after));
  if (namesOnly.has(place.name)) return [notShown(place, before, after)];
  if ([before, after].every(isObjectOrNone)) return objectChanges(place, object(before), object(after));
  return [valueChange(place, before, after)];
}

function objectChanges({ path }: Place, before: Fields, after: Fields): ChangedField[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) =>
    changesIn({ path: path === "" ? name : `${path}.${name}`, name }, before[name], after[name]),
  );
}

function listChanges(place: Place, before: readonly unknown[], after: readonly unknown[]): ChangedField[] {
  const { path, name } = place;
  const all = [...before, ...after];
  if (!namesOnly.has(name) && !all.some(isObject)) return [valueChange(place, before, after)];
  const by = identifiers[name];
  const [old, now] = [itemsBy(by, before), itemsBy(by, after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const changes = keys.flatMap((key) => changesIn({ path: `${path}[${key}]`, name }, old.get(key), now.get(key)));
  const [was, is] = [keysIn(old, now), keysIn(now, old)];
  const isMoved = by !== undefined && unordered[name] === undefined && was !== is;
  return isMoved ? [...changes, { field: path, before: was, after: is }] : changes;
}

/** The items of a list by what identifies them, or by their place where that says nothing. */
function itemsBy(by: string | undefined, items: readonly unknown[]): ReadonlyMap<string, unknown> {
  const names = items.map((item) => object(item)[by ?? ""]);
  const areDistinct = new Set(names.filter((name) => typeof name === "string")).size === items.length;
  return new Map(items.map((item, index) => [String(areDistinct ? names[index] : index), item]));
}

/** The keys of the first that the second has too, in their order. */
function keysIn(some: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): string {
  return [...some.keys()].filter((key) => others.has(key)).join(", ");
}

function valueChange(place: Place, before: unknown, after: unknown): ChangedField {
  const [old, now] = [shown(place.name, before), shown(place.name, after)];
  return old === now ? notShown(place, before, after) : { field: place.path, before: old, after: now };
}

function notShown({ path }: Place, before: unknown, after: unknown): ChangedField {
  return { field: path, before: "", after: isNone(before) ? "added" : isNone(after) ? "removed" : "changed" };
}

/** A value as a log may show it, by the rules that hold for plans. */
function shown(name: string, value: unknown): string {
  if (isNone(value)) return "none";
  const text = Array.isArray(value) ? listText(value) : typeof value === "string" ? value : JSON.stringify(value);
  if (isFitToShow(`${name}=${text}`)) return text === "" ? '""' : text;
  // Of a command, the words that are no secret stay.
  return Array.isArray(value) && isFitToShow(`${name}=word`) ? redactor.text(text) : hidden;
}

const isFitToShow = (text: string) => redactor.text(text) === text;

/** `["gunicorn", "config.wsgi"]` */
function listText(items: readonly unknown[]): string {
  return items.length === 0 ? "none" : `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}

const isNone = (value: unknown) => value === undefined || value === null;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && !isNone(value) && !Array.isArray(value);
const isObjectOrNone = (value: unknown) => isNone(value) || isObject(value);
const isListOrNone = (value: unknown) => isNone(value) || Array.isArray(value);
const object = (value: unknown): Fields => (isObject(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
