import type { Json } from "../plan/plan-json.ts";
import { checkDataSource } from "./check-data.ts";
import { checkAssertions, checkExpression, checkRefactorings, checkResources } from "./check-resources.ts";
import { isKnownDataSource } from "./data-sources.ts";
import {
  asObject,
  checkBoolean,
  checkEqual,
  checkFields,
  checkLiteral,
  checkNamed,
  checkText,
  namePattern,
  textCheck,
  walk,
} from "./fields.ts";
import { isList, isObject, type JsonObject } from "./json.ts";
import { type MainEnvironment, stateOf } from "./main-environment.ts";
import { type Path, refuse, shown } from "./refusal.ts";

/** The versions of hashicorp/aws that our constructs are made for; Terraform verifies who signed the one that is named. */
export const acceptedProvider = /^(5\.[1-9]\d{2,}\.\d+|6\.\d+\.\d+)$/;

/** CloudFront and its certificates exist in this region only. */
const aliasRegion = "us-east-1";

export interface Surroundings {
  readonly stack: string;
  /** Where the states lie that the stack may read. */
  readonly readable: readonly JsonObject[];
  readonly main: MainEnvironment;
}

/** Checks a stack's `cdk.tf.json` against the one form that main knows. Throws a Refusal for the first thing that has no place in it. */
export function checkDefinition(value: Json, { stack, readable, main }: Surroundings): void {
  const json = asObject(value, [], "stacks");
  const alias = aliasOf(json);
  const whole = "a stack";
  const fields = {
    "//": checkLiteral,
    "terraform!": (each: Json, path: Path) => checkTerraform(each, path, stateBlock(main, stack)),
    "provider!": (each: Json, path: Path) => checkProviders(each, path, main.provider),
    data: (each: Json, path: Path) => checkData(each, path, { backend: main.backend, readable }),
    resource: (each: Json, path: Path) => checkResources(each, path, alias),
    output: (each: Json, path: Path) => checkNamed(each, path, checkOutput, "outputs"),
    // A local with a template in it would make two readers of one expression.
    locals: (each: Json, path: Path) => checkNamed(each, path, checkLiteral, "locals"),
    check: (each: Json, path: Path) => checkNamed(each, path, checkAssertions, "checks"),
    ...checkRefactorings(alias),
  };
  checkFields(json, [], fields, whole);
}

function stateBlock({ backend }: MainEnvironment, stack: string): JsonObject {
  return { [backend.type]: stateOf(backend, stack) };
}

function checkTerraform(value: Json, path: Path, backend: JsonObject): void {
  const provider = {
    "source!": textCheck(/^hashicorp\/aws$/, "be `hashicorp/aws`"),
    "version!": textCheck(acceptedProvider, "be one version from 5.100.0 to 6.x"),
  };
  checkFields(
    value,
    path,
    {
      "backend!": (each, at) => checkEqual(each, at, backend, "a backend"),
      "required_providers!": (each, at) =>
        checkFields(
          each,
          at,
          { "aws!": (aws, where) => checkFields(aws, where, provider, "a provider's source") },
          "providers",
        ),
      required_version: textCheck(/^>= \d{1,3}\.\d{1,3}\.\d{1,3}$/, "be a lowest version"),
    },
    "Terraform's settings",
  );
}

function aliasOf(json: JsonObject): string | undefined {
  const aws = isObject(json.provider) ? json.provider.aws : undefined;
  const block = isList(aws) ? aws[1] : undefined;
  return isObject(block) && typeof block.alias === "string" ? block.alias : undefined;
}

function checkProviders(value: Json, path: Path, main: JsonObject): void {
  checkFields(value, path, { "aws!": (each, at) => checkAws(each, at, main) }, "providers");
}

/** Main's provider, and behind it at most one alias, which differs in its region only. */
function checkAws(value: Json, path: Path, main: JsonObject): void {
  if (!isList(value) || value.length < 1 || value.length > 2) {
    refuse(path, "be a list of the provider and at most one alias", "another form");
  }
  for (const [index, block] of value.entries()) {
    const at = [...path, index];
    const { default_tags: tags, alias, ...rest } = asObject(block, at, "a provider");
    if (tags !== undefined) checkDefaultTags(tags, [...at, "default_tags"]);
    if (index === 0 && alias !== undefined) refuse([...at, "alias"], "be left out", "an alias before the provider");
    if (index === 1 && (typeof alias !== "string" || !namePattern.test(alias))) {
      refuse([...at, "alias"], "be a name", "a second provider without an alias");
    }
    checkEqual(rest, at, index === 0 ? main : { ...main, region: aliasRegion }, "a provider");
  }
}

function checkDefaultTags(value: Json, path: Path): void {
  if (!isList(value) || value.length > 1) refuse(path, "be a list of one block", "another form");
  for (const [index, block] of value.entries()) {
    checkFields(block, [...path, index], { "tags!": checkTags }, "default tags");
  }
}

function checkTags(value: Json, path: Path): void {
  asObject(value, path, "tags");
  walk(value, path, checkText);
}

function checkData(value: Json, path: Path, main: Pick<MainEnvironment, "backend" | "readable">): void {
  for (const [type, named] of Object.entries(asObject(value, path, "data"))) {
    const at = [...path, type];
    if (!isKnownDataSource(type)) refuse(at, "be left out", `the data source \`${shown(type)}\``);
    checkNamed(named, at, (body, where) => checkDataSource(type, body, where, main), "data");
  }
}

function checkOutput(value: Json, path: Path): void {
  const fields = {
    "//": checkLiteral,
    "value!": checkExpression,
    description: checkText,
    sensitive: checkBoolean,
  };
  checkFields(value, path, fields, "an output");
}
