import type { Json } from "../plan/plan-json.ts";
import { refuse } from "./refusal.ts";

export interface JsonObject {
  readonly [key: string]: Json;
}

/** No stack of ours is half as deep. What walks a value may recurse, since nothing deeper reaches it. */
const deepest = 40;

/** Names that mean something to JavaScript wherever one is read as a property. */
const takenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A double keeps as many digits. A number with more would be another one once it is written again. */
const mostDigits = 15;

interface Level {
  /** Keys seen so far; undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** Key or index of the value that comes next. */
  at: string | number;
}

/** Parses JSON of which every reader has the same idea: no key twice, no name of JavaScript's, no inexact number, not too deep. */
export function parseStrict(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse([], "be JSON", "another syntax");
  }
  // The syntax is right, so that these tokens are all there is to look at.
  const levels: Level[] = [];
  let key: string | undefined;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|-?\d[^\s,\]}]*/g)) {
    const level = levels.at(-1);
    const path = () => levels.map(({ at }) => at);
    if (token === "{" || token === "[") {
      if (levels.length === deepest) refuse(path().slice(0, 5), `be at most ${deepest} levels deep`, "deeper values");
      levels.push({ keys: token === "{" ? new Set() : undefined, at: token === "{" ? "" : 0 });
    } else if (token === "}" || token === "]") levels.pop();
    else if (token === ":" && level?.keys !== undefined) addKey(level, key as string, path);
    else if (token === "," && typeof level?.at === "number") level.at += 1;
    else if (token.startsWith('"')) key = token;
    else if (token !== "," && token !== ":") checkNumber(token, path);
  }
  return value;
}

function addKey(level: Level, token: string, path: () => (string | number)[]): void {
  const key = JSON.parse(token) as string;
  level.at = key;
  if (takenNames.has(key)) refuse(path(), "have another name", "this one");
  if (level.keys?.has(key)) refuse(path(), "be there once", "which of the two counts");
  level.keys?.add(key);
}

function checkNumber(token: string, path: () => (string | number)[]): void {
  const digits = /^-?(\d+)(?:\.(\d+))?$/.exec(token);
  if (digits !== null && `${digits[1]}${digits[2] ?? ""}`.length <= mostDigits) return;
  refuse(path(), `be a number of at most ${mostDigits} digits without an exponent`, "how others read it");
}

/** The one text of a value, keys sorted: that of cdktf, so that a stack which was applied before keeps its hash. */
export function canonicalText(value: Json, indent = "\n"): string {
  const inner = `${indent}  `;
  // cdktf gives an empty list two lines, where JSON.stringify gives it one.
  if (isList(value)) return `[${value.map((each) => inner + canonicalText(each, inner)).join(",")}${indent}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = entries.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${canonicalText(each, inner)}`);
  return `{${fields.join(",")}${indent}}`;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal, whatever the order of keys. */
export function sameJson(one: Json, other: Json): boolean {
  return canonicalText(one) === canonicalText(other);
}
