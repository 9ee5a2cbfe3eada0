import type { Json } from "../plan/plan-json.ts";
import { checkBareReference, checkTemplate } from "./expressions.ts";
import {
  asObject,
  type Check,
  checkBlocks,
  checkBoolean,
  checkFields,
  checkLiteral,
  checkNamed,
  checkText,
  textCheck,
  walk,
} from "./fields.ts";
import { isList, isObject } from "./json.ts";
import { type Path, refuse } from "./refusal.ts";

/** A value in which templates are references and known calls. */
export const checkExpression: Check = (value, path) => {
  if (typeof value === "string") checkTemplate(value, path);
  else walk(value, path, checkExpression);
};

const resourceType = /^aws_[a-z0-9_]{1,100}$/;

/** Resources of AWS, of any type: a plan only reads them. `alias` is the name of the file's second provider. */
export function checkResources(value: Json, path: Path, alias: string | undefined): void {
  for (const [type, named] of Object.entries(asObject(value, path, "resources"))) {
    const at = [...path, type];
    if (!resourceType.test(type)) refuse(at, "be left out", "resources other than those of AWS");
    checkNamed(named, at, (body, where) => checkResource(body, where, alias), "resources");
  }
}

/** What Terraform itself reads in a resource. What else it reads, such as `count` or `provisioner`, is refused. */
const metaArguments = (alias: string | undefined): Readonly<Record<string, Check>> => ({
  "//": checkLiteral,
  depends_on: (value, path) => checkList(value, path, checkAddress),
  lifecycle: (value, path) => checkFields(value, path, lifecycle, "`lifecycle`"),
  provider: (value, path) => checkProvider(value, path, alias),
});

const refusedArguments: ReadonlySet<string> = new Set([
  "_",
  "action_trigger",
  "connection",
  "count",
  "dynamic",
  "for_each",
  "provisioner",
]);

function checkResource(value: Json, path: Path, alias: string | undefined): void {
  const meta = metaArguments(alias);
  for (const [key, each] of Object.entries(asObject(value, path, "a resource"))) {
    const at = [...path, key];
    if (Object.hasOwn(meta, key)) meta[key]?.(each, at);
    else if (refusedArguments.has(key) || !/^[a-z][a-z0-9_]*$/.test(key)) {
      refuse(at, "be left out", "this argument of a resource");
    } else checkArgument(each, at);
  }
}

/** An argument or a nested block. Terraform would expand a nested block named `dynamic`; a tag may have that name. */
const checkArgument: Check = (value, path) => {
  if (path.at(-1) === "dynamic" && (isObject(value) || isList(value))) {
    refuse(path, "be left out", "blocks that Terraform makes from a list");
  }
  if (typeof value === "string") checkTemplate(value, path);
  else walk(value, path, checkArgument);
};

const lifecycle: Readonly<Record<string, Check>> = {
  create_before_destroy: checkBoolean,
  prevent_destroy: checkBoolean,
  ignore_changes: (value, path) => {
    if (value !== "all") checkList(value, path, textCheck(/^[\w.[\]-]+(\["[\w ./:@-]+"\])?$/, "be an argument's name"));
  },
  replace_triggered_by: (value, path) =>
    checkList(value, path, (each, at) => {
      if (typeof each === "string") checkBareReference(each, at);
      else refuse(at, "be a reference", "another value");
    }),
};

const checkAddress = textCheck(
  /^(aws_[a-z0-9_]+|data\.[a-z0-9_]+)\.[A-Za-z_][\w-]*(\[(\d{1,6}|"[\w ./:@-]+")\])?$/,
  "be the address of a resource",
);

function checkProvider(value: Json, path: Path, alias: string | undefined): void {
  if (alias !== undefined && value === `aws.${alias}`) return;
  refuse(path, "be the alias of this file, or left out", "another provider", typeof value === "string" ? value : "");
}

function checkList(value: Json, path: Path, check: Check): void {
  if (!isList(value)) refuse(path, "be a list", "another form");
  for (const [index, each] of value.entries()) check(each, [...path, index]);
}

/** Changes of addresses, with literal addresses and ids. */
export const checkRefactorings = (alias: string | undefined): Readonly<Record<string, Check>> => ({
  moved: blocks("`moved`", { "from!": checkAddress, "to!": checkAddress }),
  removed: blocks("`removed`", {
    "from!": checkAddress,
    lifecycle: (value, path) => checkFields(value, path, { "destroy!": checkBoolean }, "the `lifecycle` of `removed`"),
  }),
  import: blocks("`import`", {
    "to!": checkAddress,
    id: checkText,
    identity: checkLiteral,
    provider: (value, path) => checkProvider(value, path, alias),
  }),
});

function blocks(whole: string, fields: Readonly<Record<string, Check>>): Check {
  const check: Check = (value, path) => checkFields(value, path, { "//": checkLiteral, ...fields }, whole);
  return (value, path) => checkBlocks(value, path, check);
}

/** Assertions. A data source within one would be read without being in the plan. */
export const checkAssertions: Check = (value, path) =>
  checkFields(
    value,
    path,
    {
      "//": checkLiteral,
      "assert!": blocks("`assert`", { "condition!": checkExpression, "error_message!": checkExpression }),
    },
    "a check",
  );
