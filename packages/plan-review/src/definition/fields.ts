import type { Json } from "../plan/plan-json.ts";
import { isList, isObject, type JsonObject, sameJson } from "./json.ts";
import { type Path, refuse, shown } from "./refusal.ts";

/** Throws where the value is not what main knows. */
export type Check = (value: Json, path: Path) => void;

/** An object with no other fields than these; those whose names end with `!` must be there. */
export function checkFields(value: Json, path: Path, fields: Readonly<Record<string, Check>>, whole: string): void {
  const object = asObject(value, path, whole);
  for (const [key, each] of Object.entries(object)) {
    const field = [key, `${key}!`].find((name) => Object.hasOwn(fields, name));
    if (field === undefined || key.endsWith("!")) refuse([...path, key], "be left out", `it in ${whole}`);
    fields[field]?.(each, [...path, key]);
  }
  for (const field of Object.keys(fields).filter((name) => name.endsWith("!"))) {
    const key = field.slice(0, -1);
    if (!Object.hasOwn(object, key)) refuse([...path, key], "be there", `${whole} without it`);
  }
}

export function asObject(value: Json, path: Path, whole: string): JsonObject {
  return isObject(value) ? value : refuse(path, "be an object", `${whole} in another form`);
}

/** Terraform takes one block as an object and several as a list of them. */
export function checkBlocks(value: Json, path: Path, check: Check): void {
  if (!isList(value)) check(value, path);
  else for (const [index, each] of value.entries()) check(each, [...path, index]);
}

export const checkBoolean: Check = (value, path) => {
  if (typeof value !== "boolean") refuse(path, "be true or false", "another value");
};

/** Text that Terraform takes as it is: the pattern lets no template through. */
export function textCheck(pattern: RegExp, must: string): Check {
  return (value, path) => {
    if (typeof value === "string" && pattern.test(value)) return;
    refuse(path, must, "another", typeof value === "string" ? shown(value) : undefined);
  };
}

/** A text without any template. */
export const checkText: Check = (value, path) => {
  if (typeof value !== "string") refuse(path, "be a text", "another value");
  checkLiteral(value, path);
};

/** A value without any template, whatever its form. */
export const checkLiteral: Check = (value, path) => {
  if (typeof value === "string" && /[$%]\{/.test(value)) refuse(path, "hold no template", "one here");
  walk(value, path, checkLiteral);
};

/** Checks the values in a list or an object, whose keys Terraform takes for templates too. */
export function walk(value: Json, path: Path, check: Check): void {
  if (isList(value)) for (const [index, each] of value.entries()) check(each, [...path, index]);
  if (!isObject(value)) return;
  for (const [key, each] of Object.entries(value)) {
    if (/[$%]\{/.test(key)) refuse([...path, key], "have a key without a template", "one in a key");
    check(each, [...path, key]);
  }
}

/** The value that main has, and nothing beside it. */
export function checkEqual(value: Json, path: Path, expected: Json, whole: string): void {
  if (isObject(value) && isObject(expected)) {
    const fields = Object.entries(expected).map(([key, wanted]): [string, Check] => [
      `${key}!`,
      (each, at) => checkEqual(each, at, wanted, whole),
    ]);
    checkFields(value, path, Object.fromEntries(fields), whole);
  } else if (!sameJson(value, expected)) {
    const wanted = typeof expected === "string" ? `\`${shown(expected)}\`` : "as main has it";
    refuse(path, `be ${wanted}`, `${whole} with another value`, typeof value === "string" ? shown(value) : undefined);
  }
}

/** A name in an address of Terraform. */
export const namePattern = /^[A-Za-z_][\w-]{0,254}$/;

/** Blocks by their names: `<name>: { … }`. */
export function checkNamed(value: Json, path: Path, check: Check, whole: string): void {
  for (const [name, each] of Object.entries(asObject(value, path, whole))) {
    if (!namePattern.test(name)) refuse([...path, name], "be a name of letters, digits, - and _", "other names");
    check(each, [...path, name]);
  }
}
